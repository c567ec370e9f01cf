"""What this machine runs on, and how fast it draws."""

import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from time import perf_counter

import factories
import robots
from twin import extensions, labels, rendering
from twin.geometry import compose, inverse, planar_pose
from twin.physics import ENGINES
from twin.rendering.base import Renderer
from twin.scene import Camera, Pose, Scene

LAYOUT, ROBOT = "small_warehouse", "amr"
WARM_UP, FRAMES = 3, 30


@dataclass(frozen=True, slots=True)
class Speed:
    """Median milliseconds for one frame of a robot's camera."""

    ms_per_labelled_frame: float
    ms_drawing: float
    measured_on: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What draws by default, and what to install or know."""

    renderer: str
    renderer_description: str
    gl_renderer: str | None
    software: bool
    packages: tuple[str, ...]
    advice: str


def examine() -> dict[str, object]:
    """All of it, ready for JSON."""
    scene, camera = _stage()
    with rendering.create(scene) as renderer:
        return {
            "twin": extensions.version(),
            "python": platform.python_version(),
            "platform": platform.platform(),
            "cpus": os.cpu_count(),
            "engines": {name: _installed(name) for name in ENGINES},
            **asdict(_drawing(renderer)),
            **asdict(_speed(renderer, camera)),
        }


def _stage() -> tuple[Scene, Camera]:
    """A shipped robot in the middle of a shipped layout, and its camera."""
    layout, robot = factories.load(LAYOUT), robots.load(ROBOT)
    x0, y0, x1, y1 = layout.bounds
    scene = factories.build(layout, robot, Pose.planar((x0 + x1) / 2, (y0 + y1) / 2))
    return scene, next(camera for camera in scene.cameras if camera.body)


def _speed(renderer: Renderer, camera: Camera) -> Speed:
    """Draws and labels while the robot turns on the spot."""
    scene = renderer.scene
    poses = scene.initial_poses.copy()
    center = poses[scene.body_index[camera.body]]
    turn = compose(compose(center, planar_pose(0, 0, 0.2)), inverse(center))
    own = [row for row, body in enumerate(scene.bodies) if body.name.split("/")[0] == camera.body]
    drawing, whole = [], []
    for _ in range(WARM_UP + FRAMES):
        poses[own] = compose(turn, poses[own])
        start = perf_counter()
        frame = renderer.render(poses, camera)
        drawing.append(1000 * (perf_counter() - start))
        labels.compute(labels.LabelInput(frame, scene, poses, camera))
        whole.append(1000 * (perf_counter() - start))
    geoms = sum(len(body.geoms) for body in scene.bodies)
    size = f"{camera.lens.width}x{camera.lens.height}"
    return Speed(
        round(median(whole[WARM_UP:]), 3),
        round(median(drawing[WARM_UP:]), 3),
        f"{LAYOUT}, {geoms} geoms, the camera of {ROBOT} at {size}, all labels",
    )


def _drawing(renderer: Renderer) -> Drawing:
    name, description = renderer.name, renderer.describe()
    if name != "raster":
        install = f"For a renderer several times faster: apt install {' '.join(rendering.OPENGL_PACKAGES)}"
        return Drawing(name, description, None, True, rendering.OPENGL_PACKAGES, install)
    from twin.rendering import opengl

    context = opengl.shared()
    slow = f"warning: OpenGL is drawn in software, by {context.device}; a GPU with its driver would be faster"
    return Drawing(name, description, context.device, context.software, (), slow if context.software else "")


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
