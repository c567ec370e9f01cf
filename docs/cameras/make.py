"""Draw the pictures of the page on cameras again: ``python docs/cameras/make.py``, or with a folder for them."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import gymnasium
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

import envs
import factories
from envs import agents
from factories.cameras import look_at
from twin import rendering
from twin.labels import LabelInput, compute
from twin.lenses import Distortion, Lens, project
from twin.rendering.overlay import Style, depth_colors, draw
from twin.scene import Camera, Pose, Scene
from twin.stereo import disparity
from twin.taxonomy import CLASSES

Picture: TypeAlias = npt.NDArray[np.uint8]

assert envs.__name__  # importing it registers the environments
WIDTH, HEIGHT = 420, 315
_MIDDLE = ((WIDTH - 1) / 2, (HEIGHT - 1) / 2)
LENSES = {
    "pinhole": Lens(WIDTH, HEIGHT, 260.0, 260.0, *_MIDDLE),
    "Brown-Conrady": Lens(
        WIDTH, HEIGHT, 230.0, 230.0, *_MIDDLE, distortion=Distortion("brown_conrady", (-0.3, 0.12, 0.002, -0.001, 0.0))
    ),
    "fisheye": Lens(WIDTH, HEIGHT, 150.0, 150.0, *_MIDDLE, distortion=Distortion("fisheye", (0.02, 0.0, 0.0, 0.0))),
    "fisheye, whole circle": Lens(
        WIDTH, HEIGHT, 100.0, 100.0, *_MIDDLE, distortion=Distortion("fisheye", (0.0, 0.0, 0.0, 0.0))
    ),
}
FRAMED = ("pallet", "carton", "forklift", "person", "stillage", "small_load_carrier", "pallet_truck")
_EDGES = np.array([(a, a | 1 << axis) for axis in range(3) for a in range(8) if not a >> axis & 1])


def main() -> None:
    """Write every picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, picture in (("lenses.jpg", lenses()), ("stereo.jpg", stereo()), ("visual_nav.png", visual_nav())):
        Image.fromarray(picture).save(folder / name, quality=85, optimize=True)


def view() -> tuple[Scene, Camera]:
    """A factory, and a camera in it."""
    layout = factories.load("small_warehouse")
    x0, y0, x1, y1 = layout.bounds
    eye = look_at((x0 + 3, y0 + 3, 1.6), ((x0 + x1) / 2, (y0 + y1) / 2, 0.8))
    return factories.build(layout), Camera("eye", pose=eye)


def lenses() -> Picture:
    """The same view through several lenses: with 3D boxes, and with masks and boxes of what is seen."""
    scene, camera = view()
    rows = []
    with rendering.create(scene, quality="full") as renderer:
        for lens in LENSES.values():
            seen = replace(camera, lens=lens)
            frame = renderer.render(scene.initial_poses, seen)
            given = LabelInput(frame, scene, scene.initial_poses, seen)
            rows.append(np.concatenate([wireframes(given), draw(given, Style(names=False, smallest=60))], axis=1))
    return np.concatenate(rows)


def wireframes(given: LabelInput) -> Picture:
    """The frame with the 3D boxes of its larger objects, their edges followed through the lens."""
    picture = Image.fromarray(given.frame.rgb)
    pen = ImageDraw.Draw(picture)
    labels = compute(given, ["class_id", "visible_pixels"])
    for corners, number, pixels in zip(given.corners, labels["class_id"], labels["visible_pixels"], strict=True):
        kind = CLASSES[number - 1]
        if kind.name in FRAMED and pixels >= 60:
            for line in edges(corners, given.camera.lens):
                pen.line(line, fill=kind.color)
    return np.asarray(picture)


def edges(corners: npt.NDArray[np.float64], lens: Lens) -> Iterator[list[tuple[float, float]]]:
    """Each edge of a box, as pixels along it; left out where the lens does not see all of it."""
    share = np.linspace(0, 1, 24)[:, None]
    for first, second in _EDGES:
        pixels = project(lens, corners[first] + share * (corners[second] - corners[first]))
        if np.isfinite(pixels).all():
            yield [(float(u), float(v)) for u, v in pixels]


def stereo() -> Picture:
    """Left, right, and disparity."""
    scene, camera = view()
    left = replace(camera, lens=LENSES["pinhole"])
    right = replace(left, pose=left.pose @ Pose((0.2, 0.0, 0.0)))
    with rendering.create(scene, quality="full") as renderer:
        one, other = (renderer.render(scene.initial_poses, eye) for eye in (left, right))
    shift = disparity(one.depth, left.lens, 0.2)
    return np.concatenate([one.rgb, other.rgb, depth_colors(shift.max() - shift + 1e-3)], axis=1)


def visual_nav() -> Picture:
    """What is observed at four moments of an episode: colour above, closeness below."""
    env: gymnasium.Env[Any, Any] = gymnasium.make("FactoryTwin/VisualNav-v0", layout="small_warehouse")
    observation, _ = env.reset(seed=11)
    agent = agents.create("expert", env.unwrapped)  # type: ignore[arg-type]
    agent.reset(11)
    columns = []
    for step in range(90):
        if step % 24 == 12:
            columns.append(np.concatenate([observation["rgb"], observation["depth_image"].repeat(3, axis=2)]))
        observation, *_ = env.step(agent.act(observation))
    env.close()
    return np.concatenate(columns, axis=1).repeat(3, axis=0).repeat(3, axis=1)


if __name__ == "__main__":
    main()
