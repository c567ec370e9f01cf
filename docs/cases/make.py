"""Draw the pictures of the page on rare cases again: ``python docs/cases/make.py [FOLDER] [CASE ...]``.

Of each case three moments of one episode, as the robot sees them, and the last of them from above.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from envs.experts.route import Expert
from envs.factory_env import FactoryEnv
from envs.scenarios.cases import PREFIX, cases
from twin import rendering
from twin.lenses import Lens
from twin.scene import WORLD, Camera, Pose

Picture = npt.NDArray[np.uint8]
SIZE = 240, 180
SEEDS = {"person_steps_out": 1, "near_miss": 1, "power_cut": 2, "wet_floor": 2}
"""Of an episode that shows it well, where it is not the first."""
ABOVE = 9.0
"""m of the floor that the picture from above shows."""
STEPS = 600


def main() -> None:
    """Write every picture."""
    here = Path(__file__).parent
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else here
    for name in sys.argv[2:] or cases():
        Image.fromarray(strip(name)).save(folder / f"{name}.jpg", quality=85, optimize=True)


def strip(name: str) -> Picture:
    """Three views of the robot's and one from above, side by side."""
    env = FactoryEnv("RouteNav", scenario=name, camera_size=SIZE, quality="full")
    expert = Expert(env)
    env.reset(seed=SEEDS.get(name, 0))
    expert.reset(0)
    views: list[Picture] = []
    poses: list[Any] = []
    shown: list[float] = []
    things = [i.id for i in env.world.scene.instances if i.name.startswith(PREFIX)]
    for step in range(STEPS):
        if step % 3 == 0:
            frame = env.frame
            views.append(frame.rgb)
            poses.append(env.world.poses())
            shown.append(float(np.isin(frame.instance, things).mean()))
        if env.step(expert.act({}))[2]:
            break
    best = int(np.argmax(shown)) if max(shown) > 0 else 2 * len(views) // 3
    chosen = [max(0, best - 6), max(0, best - 3), best] if things else [0, best // 2, best]
    scene, place = env.world.scene, poses[best][env.world.root]
    with rendering.create(scene, quality="full") as renderer:
        look = env.world.look
        if look.lights is not None or look.ambient is not None:
            renderer.relight(*look.light(scene))
        top = renderer.render(poses[best], above(float(place[0]), float(place[1]))).rgb
    env.close()
    gap = np.full((SIZE[1], 4, 3), 255, np.uint8)
    return np.concatenate([views[chosen[0]], gap, views[chosen[1]], gap, views[chosen[2]], gap, top], axis=1)


def above(x: float, y: float) -> Camera:
    """Looks straight down, north up, from below the roof's lights."""
    height = 14.0
    lens = Lens.from_fov(*SIZE, 2 * float(np.arctan(ABOVE * SIZE[1] / SIZE[0] / 2 / height)), near=5.0, far=30.0)
    return Camera("above", WORLD, Pose((x, y, height), (0.0, 1.0, 0.0, 0.0)), lens)


if __name__ == "__main__":
    main()
