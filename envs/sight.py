"""What a route is mended with, and a robot's own map drawn from: the lidar's scan, or the depth of its camera."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.geometry import FloatArray
from twin.sensors.view import View

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv

HEADROOM = 0.05
"""Metres above the robot within which it does not go under a thing."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One way to see."""

    look: "Callable[[FactoryEnv, FloatArray], View | None]"
    """A view from an environment and the ranges of its lidar (rays,); None where there is nothing new."""
    needs_camera: bool = False
    """Whether it looks at an image, which is drawn by the thread that made the environment."""


def _lidar(env: "FactoryEnv", scan: FloatArray) -> View:
    """What the lidar sees."""
    return View(env.lidar, scan, scan)


def _camera(env: "FactoryEnv", _: FloatArray) -> View | None:
    """What the camera sees, whenever it takes an image: the same whether or not images are observed too.

    It is read as its mount says; that somebody knocked it, the robot does not know.
    """
    from twin.sensors.depth_scan import depth_scan  # compiled; tasks are read without

    camera, mount, robot = env.camera, env.mount, env.robot
    if not env.world.takes_image(camera.name):
        return None
    lens = mount.lens.resized(camera.lens.width, camera.lens.height)
    scan = depth_scan(mount.pose, lens, robot.height + HEADROOM, robot.model.footprint)
    return scan.view(env.frame.depth)


BY_LIDAR = Sight(_lidar)
BY_CAMERA = Sight(_camera, needs_camera=True)
