"""What an agent may see: named observations, each a space and a function of the environment.

``obs=("lidar", "rgb")`` chooses among them. Add one by adding an entry to ``OBSERVATIONS``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from gymnasium import spaces

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv

ROUTE_DISTANCES = (0.8, 1.8, 3.5)
"""Metres along the route of the look-ahead points."""
FAR = 20.0
"""Metres at which distances to the goal saturate."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One entry of the observation dictionary."""

    space: Callable[["FactoryEnv"], spaces.Space[Any]]
    value: Callable[["FactoryEnv"], npt.NDArray[Any]]
    summary: str


def _in_robot_frame(env: "FactoryEnv", points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    x, y, yaw = env.state.pose
    c, s = np.cos(yaw), np.sin(yaw)
    dx, dy = points[..., 0] - x, points[..., 1] - y
    return np.stack([c * dx + s * dy, c * dy - s * dx], axis=-1)


def _unit_box(*shape: int) -> spaces.Box:
    return spaces.Box(-1.0, 1.0, shape, np.float32)


def _lidar_space(env: "FactoryEnv") -> spaces.Box:
    return spaces.Box(0.0, 1.0, (2, env.lidar.rays), np.float32)


def _lidar(env: "FactoryEnv") -> npt.NDArray[np.float32]:
    scans = np.stack([env.state.lidar, env.state.previous_lidar])
    return (scans / env.lidar.range).astype(np.float32)


def _goal(env: "FactoryEnv") -> npt.NDArray[np.float32]:
    x, y = _in_robot_frame(env, np.array(env.state.goal))
    distance = np.hypot(x, y)
    bearing = np.arctan2(y, x)
    return np.array([min(distance / FAR, 1.0), np.cos(bearing), np.sin(bearing)], dtype=np.float32)


def _velocity(env: "FactoryEnv") -> npt.NDArray[np.float32]:
    return np.clip(env.state.twist / env.top_twist, -1.0, 1.0).astype(np.float32)


def _route(env: "FactoryEnv") -> npt.NDArray[np.float32]:
    x, y, _ = env.state.pose
    points = _in_robot_frame(env, env.navigator.ahead((x, y), ROUTE_DISTANCES))
    return np.clip(points / ROUTE_DISTANCES[-1], -1.0, 1.0).astype(np.float32)


def _odometry(env: "FactoryEnv") -> npt.NDArray[np.float32]:
    return env.world.odometry().astype(np.float32)


def _imu(env: "FactoryEnv") -> npt.NDArray[np.float32]:
    return env.world.imu(env.np_random).astype(np.float32)


def _bumper(env: "FactoryEnv") -> npt.NDArray[np.float32]:
    return env.world.bumper().astype(np.float32)


def _free_box(*shape: int) -> Callable[["FactoryEnv"], spaces.Box]:
    return lambda _: spaces.Box(-np.inf, np.inf, shape, np.float32)


def _rgb_space(env: "FactoryEnv") -> spaces.Box:
    lens = env.camera.lens
    return spaces.Box(0, 255, (lens.height, lens.width, 3), np.uint8)


def _depth_space(env: "FactoryEnv") -> spaces.Box:
    lens = env.camera.lens
    return spaces.Box(0.0, lens.far, (lens.height, lens.width, 1), np.float32)


def _instance_space(env: "FactoryEnv") -> spaces.Box:
    lens = env.camera.lens
    return spaces.Box(0, np.iinfo(np.uint16).max, (lens.height, lens.width), np.uint16)


OBSERVATIONS: dict[str, Observation] = {
    "lidar": Observation(_lidar_space, _lidar, "this scan and the one before, (2, rays), in units of the range"),
    "goal": Observation(
        lambda _: _unit_box(3), _goal, f"distance in units of {FAR:g} m, cosine and sine of the bearing"
    ),
    "velocity": Observation(
        lambda _: _unit_box(3), _velocity, "vx, vy, yaw rate by odometry, in units of the drive's limits"
    ),
    "route": Observation(
        lambda _: _unit_box(len(ROUTE_DISTANCES), 2),
        _route,
        f"x, y in the robot's frame of the route's points {ROUTE_DISTANCES} m ahead, in units of the last",
    ),
    "odometry": Observation(_free_box(3), _odometry, "dead reckoning x, y (m), heading (rad) since the start"),
    "imu": Observation(_free_box(6), _imu, "specific force (m/s^2) and turn rate (rad/s) in the sensor's frame"),
    "bumper": Observation(
        lambda env: spaces.Box(0.0, 1.0, (env.world.mobile.sensors.bumper.sectors,), np.float32),
        _bumper,
        "pressed sectors, counter-clockwise from ahead",
    ),
    "rgb": Observation(_rgb_space, lambda env: env.frame.rgb, "the robot's camera, (height, width, 3) uint8"),
    "depth": Observation(
        _depth_space, lambda env: env.frame.depth[..., None], "metres along the optical axis, 0 = no return"
    ),
    "instance_segmentation": Observation(
        _instance_space, lambda env: env.frame.instance, "instance id of each pixel, 0 = background"
    ),
}
