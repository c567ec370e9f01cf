"""The factory from above, with the route, the goal and where the robot has been: what ``render()`` returns."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from twin import geometry
from twin.geometry import FloatArray
from twin.scene import Camera, pose_world_camera

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv

CAMERA = "overview"
SMALLEST_RING = 0.1
"""Metres."""
ROUTE, GOAL, ROBOT = (40, 120, 255), (20, 160, 60), (230, 60, 40)


def draw_overview(env: "FactoryEnv") -> npt.NDArray[np.uint8]:
    """Image (height, width, 3) of the current step."""
    camera = env.world.scene.camera(CAMERA)
    image = Image.fromarray(env.world.render(CAMERA).rgb)
    pen = ImageDraw.Draw(image)
    x, y, yaw = env.state.pose

    def pixels(points: npt.ArrayLike) -> list[tuple[float, float]]:
        return [(u, v) for u, v in in_picture(env, camera, np.atleast_2d(np.asarray(points, dtype=np.float64)))]

    pen.line(pixels(env.navigator.route), fill=ROUTE, width=2)
    _ring(pen, pixels(_circle(*env.state.goal, max(env.task.arrival.radius, SMALLEST_RING))), GOAL)
    _ring(pen, pixels(_circle(x, y, env.robot.radius)), ROBOT)
    tip = (x + env.robot.radius * np.cos(yaw), y + env.robot.radius * np.sin(yaw))
    pen.line(pixels([(x, y), tip]), fill=ROBOT, width=2)
    return np.asarray(image)


def _ring(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], color: tuple[int, int, int]) -> None:
    pen.line([*points, points[0]], fill=color, width=2)


def _circle(x: float, y: float, radius: float) -> FloatArray:
    angles = np.linspace(0.0, 2 * np.pi, 24, endpoint=False)
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=-1)


def in_picture(env: "FactoryEnv", camera: Camera, points: FloatArray) -> FloatArray:
    """Pixels (n, 2) of floor points (n, 2)."""
    on_floor = np.column_stack([points, np.full(len(points), 0.02)])
    pose = pose_world_camera(env.world.scene, camera, env.world.poses())
    local = geometry.transform_points(geometry.inverse(pose), on_floor)
    lens = camera.lens
    u = lens.fx * local[:, 0] / local[:, 2] + lens.cx
    v = lens.fy * local[:, 1] / local[:, 2] + lens.cy
    return np.stack([u, v], axis=-1)
