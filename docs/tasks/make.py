"""Draw the pictures of docs/tasks.md: an episode of each task from above, driven by its expert.

Run: python docs/tasks/make.py
"""

from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from PIL import Image, ImageDraw

from envs import agents
from envs.factory_env import FactoryEnv
from envs.overview import CAMERA, ROBOT, in_picture
from twin.geometry import FloatArray

FOLDER = Path(__file__).parent
HALL = {"size": (20, 14)}
EPISODES: dict[str, tuple[str, int, dict[str, Any], float]] = {
    "point_nav": ("PointNav", 3, {"layout": "generated", "generator": HALL}, 0.0),
    "route_nav": ("RouteNav", 21, {"layout": "small_warehouse"}, 0.0),
    "social_nav": ("SocialNav", 104, {"layout": "generated", "generator": HALL}, 0.0),
    "dock": ("Dock", 8, {"layout": "small_warehouse"}, 4.0),
    "delivery": ("Delivery", 101, {"layout": "generated", "generator": HALL}, 0.0),
}
"""By the name of the picture: task, seed, options, and metres around the goal that are shown; 0 for the whole hall."""
WALKED = (250, 170, 40)
WIDTH = 800


def drawn(task: str, seed: int, options: dict[str, Any], around: float) -> Image.Image:
    """The end of an episode with the ways of the robot (red) and of those who move (orange)."""
    env = gymnasium.make(f"FactoryTwin/{task}-v0", render_mode="rgb_array", disable_env_checker=True, **options)
    inner: Any = env.unwrapped
    assert isinstance(inner, FactoryEnv)
    expert = agents.create("expert", inner)
    observation, _ = env.reset(seed=seed)
    expert.reset(seed)
    way, walked, ended = [], [], False
    while not ended:
        observation, _, terminated, truncated, info = env.step(expert.act(observation))
        way.append(inner.state.pose[:2])
        walked.append(inner.world.patrols.poses()[:, :2])
        ended = terminated or truncated
    assert info["is_success"], f"{task} {seed} fails: choose another seed"
    picture = Image.fromarray(np.asarray(env.render()))
    pen = ImageDraw.Draw(picture)
    for path, color in ((way, ROBOT), *((path, WALKED) for path in np.moveaxis(np.array(walked), 0, 1))):
        _line(pen, inner, np.asarray(path), color)
    if around:
        corners = np.add(inner.state.goal, [[-around, around * 0.7], [around, -around * 0.7]])
        (left, top), (right, bottom) = in_picture(inner, inner.world.scene.camera(CAMERA), corners).tolist()
        picture = picture.crop((max(0, round(left)), max(0, round(top)), round(right), round(bottom)))
    env.close()
    return picture.resize((WIDTH, round(WIDTH * picture.height / picture.width)), Image.Resampling.LANCZOS)


def _line(pen: ImageDraw.ImageDraw, env: FactoryEnv, way: FloatArray, color: tuple[int, int, int]) -> None:
    pen.line([(u, v) for u, v in in_picture(env, env.world.scene.camera(CAMERA), way)], fill=color, width=2)


if __name__ == "__main__":
    for name, episode in EPISODES.items():
        drawn(*episode).save(FOLDER / f"{name}.jpg", quality=80)
