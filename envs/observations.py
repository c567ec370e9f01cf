"""What an agent may see: named observations, each a space and a function of the environment.

``obs=("lidar", "rgb")`` chooses among them. Add one by adding an entry to ``OBSERVATIONS``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from gymnasium import spaces

from envs.movers import MOVER, NEAREST
from envs.navigation import DUTY, ROUTE_DISTANCES, NavigationState
from envs.navigator import AROUND, DIRECTIONS
from envs.standing import ELSEWHERE
from twin.geometry import FloatArray
from twin.rendering import Frame
from twin.scene import Camera
from twin.sensors import Bumper, Lidar

FAR = 20.0
"""Metres at which distances to the goal saturate."""
DOCK_SCALES, DOCK_TURNED = (5.0, 0.5, 0.05), 0.2
"""Metres and radians at which what is seen of a dock saturates: for the way to it, its end, and the millimetres."""
MOVER_SPEED, MOVER_RADIUS = 2.0, 2.0
"""m/s and metres at which what is told of people and vehicles saturates."""
STOOD_TIME = 10.0
"""Seconds at which the time for which a robot has come nowhere saturates."""
DUTY_TIME = 60.0
"""Seconds at which the time left for a delivery saturates."""
DEPTH_RANGE = 10.0
"""Metres from which on ``depth_image`` is black."""


class Observed(Protocol):
    """What observations are made from: one environment, or several whose arrays have one axis more in front."""

    @property
    def state(self) -> NavigationState:
        """Of this step."""

    @property
    def top_twist(self) -> FloatArray:
        """The drive's limits, (3,)."""

    @property
    def lidar(self) -> Lidar:
        """The robot's lidar."""

    @property
    def bumper(self) -> Bumper:
        """The robot's bumper."""

    @property
    def camera(self) -> Camera:
        """The robot's camera."""

    @property
    def frame(self) -> Frame:
        """What the camera sees."""

    @property
    def image_age(self) -> npt.ArrayLike:
        """Seconds since it took that."""

    def movers(self) -> FloatArray:
        """Who moves and is seen, ``envs.movers.seen_movers``."""

    def surroundings(self) -> FloatArray:
        """Metres to what is on the robot's map around it, (``DIRECTIONS``,)."""

    def odometry(self) -> FloatArray:
        """Dead reckoning, (3,)."""

    def imu(self) -> FloatArray:
        """Accelerations and turn rates, (6,)."""

    def pressed(self) -> FloatArray:
        """Sectors of the bumper, (sectors,)."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One entry of the observation dictionary."""

    space: Callable[[Observed], spaces.Space[Any]]
    """Of one environment."""
    value: Callable[[Observed], npt.NDArray[Any]]
    summary: str


def _in_robot_frame(state: NavigationState, points: FloatArray) -> FloatArray:
    """Points (..., k, 2) of the world as the robot sees them."""
    pose = np.asarray(state.pose)[..., None, :]
    c, s = np.cos(pose[..., 2]), np.sin(pose[..., 2])
    dx, dy = points[..., 0] - pose[..., 0], points[..., 1] - pose[..., 1]
    return np.stack([c * dx + s * dy, c * dy - s * dx], axis=-1)


def _unit_box(*shape: int) -> spaces.Box:
    return spaces.Box(-1.0, 1.0, shape, np.float32)


def _lidar_space(env: Observed) -> spaces.Box:
    return spaces.Box(0.0, 1.0, (2, env.lidar.rays), np.float32)


def _lidar(env: Observed) -> npt.NDArray[np.float32]:
    scans = np.stack([env.state.lidar, env.state.previous_lidar], axis=-2)
    return (scans / env.lidar.range).astype(np.float32)


def _goal(env: Observed) -> npt.NDArray[np.float32]:
    x, y = np.moveaxis(_in_robot_frame(env.state, np.asarray(env.state.goal)[..., None, :])[..., 0, :], -1, 0)
    bearing = np.arctan2(y, x)
    distance = np.minimum(np.hypot(x, y) / FAR, 1.0)
    return np.stack([distance, np.cos(bearing), np.sin(bearing)], axis=-1).astype(np.float32)


def _dock(env: Observed) -> npt.NDArray[np.float32]:
    x, y, turned = np.moveaxis(env.state.measured, -1, 0)
    places = [along / scale for scale in DOCK_SCALES for along in (x, y)]
    seen = np.stack([*places, np.cos(turned), np.sin(turned), turned / DOCK_TURNED], axis=-1)
    return np.clip(seen, -1.0, 1.0).astype(np.float32)


def _velocity(env: Observed) -> npt.NDArray[np.float32]:
    return np.clip(env.state.twist / env.top_twist, -1.0, 1.0).astype(np.float32)


def _route(env: Observed) -> npt.NDArray[np.float32]:
    points = _in_robot_frame(env.state, env.state.ahead)
    return np.clip(points / ROUTE_DISTANCES[-1], -1.0, 1.0).astype(np.float32)


def _movers(env: Observed) -> npt.NDArray[np.float32]:
    units = np.array([env.lidar.range, env.lidar.range, MOVER_SPEED, MOVER_SPEED, MOVER_RADIUS])
    return np.clip(env.movers() / units, -1.0, 1.0).astype(np.float32)


def _surroundings(env: Observed) -> npt.NDArray[np.float32]:
    return (1.0 - env.surroundings() / AROUND).astype(np.float32)


def _duty(env: Observed) -> npt.NDArray[np.float32]:
    known = env.state.duty[..., : DUTY.index("delivered")].copy()
    known[..., DUTY.index("time_left")] /= DUTY_TIME
    return np.clip(known, -1.0, 1.0).astype(np.float32)


def _stood(env: Observed) -> npt.NDArray[np.float32]:
    return np.minimum(np.asarray(env.state.stood)[..., None] / STOOD_TIME, 1.0).astype(np.float32)


def _odometry(env: Observed) -> npt.NDArray[np.float32]:
    return env.odometry().astype(np.float32)


def _imu(env: Observed) -> npt.NDArray[np.float32]:
    return env.imu().astype(np.float32)


def _bumper(env: Observed) -> npt.NDArray[np.float32]:
    return env.pressed().astype(np.float32)


def _free_box(*shape: int) -> Callable[[Observed], spaces.Box]:
    return lambda _: spaces.Box(-np.inf, np.inf, shape, np.float32)


def _rgb_space(env: Observed) -> spaces.Box:
    lens = env.camera.lens
    return spaces.Box(0, 255, (lens.height, lens.width, 3), np.uint8)


def _depth_space(env: Observed) -> spaces.Box:
    lens = env.camera.lens
    return spaces.Box(0.0, lens.far, (lens.height, lens.width, 1), np.float32)


def _depth_image(env: Observed) -> npt.NDArray[np.uint8]:
    depth = env.frame.depth[..., None]
    closeness = np.where(depth > 0, 255 * (1 - depth / DEPTH_RANGE), 0.0)
    return np.rint(np.clip(closeness, 0, 255)).astype(np.uint8)


def _instance_space(env: Observed) -> spaces.Box:
    lens = env.camera.lens
    return spaces.Box(0, np.iinfo(np.uint16).max, (lens.height, lens.width), np.uint16)


OBSERVATIONS: dict[str, Observation] = {
    "lidar": Observation(_lidar_space, _lidar, "this scan and the one before, (2, rays), in units of the range"),
    "goal": Observation(
        lambda _: _unit_box(3), _goal, f"distance in units of {FAR:g} m, cosine and sine of the bearing"
    ),
    "dock": Observation(
        lambda _: _unit_box(9),
        _dock,
        f"x, y of the docked pose in units of {DOCK_SCALES[0]:g}, {DOCK_SCALES[1]:g} and {DOCK_SCALES[2]:g} m, "
        f"cosine and sine of its heading, and that in units of {DOCK_TURNED:g} rad, as measured",
    ),
    "velocity": Observation(
        lambda _: _unit_box(3), _velocity, "vx, vy, yaw rate by odometry, in units of the drive's limits"
    ),
    "route": Observation(
        lambda _: _unit_box(len(ROUTE_DISTANCES), 2),
        _route,
        f"x, y in the robot's frame of the route's points {ROUTE_DISTANCES} m ahead, in units of the last",
    ),
    "movers": Observation(
        lambda _: _unit_box(NEAREST, len(MOVER)),
        _movers,
        f"the {NEAREST} nearest people and vehicles that move and that the lidar sees: x, y in units of its range, "
        f"vx, vy over the floor in units of {MOVER_SPEED:g} m/s, radius in units of {MOVER_RADIUS:g} m, in the robot's "
        "frame; rows of 0 where fewer",
    ),
    "surroundings": Observation(
        lambda _: spaces.Box(0.0, 1.0, (DIRECTIONS,), np.float32),
        _surroundings,
        f"closeness of what is on the map, the robot's own where it draws one, in {DIRECTIONS} directions, "
        f"counter-clockwise from ahead: 1 at its middle, 0 from {AROUND:g} m on",
    ),
    "duty": Observation(
        lambda _: _unit_box(DUTY.index("delivered")),
        _duty,
        "charge of the battery, whether loaded, whether sent to a charger, priority of the order, time left for it in "
        f"units of {DUTY_TIME:g} s",
    ),
    "stood": Observation(
        lambda _: spaces.Box(0.0, 1.0, (1,), np.float32),
        _stood,
        f"how long it has been within {ELSEWHERE:g} m of one place, in units of {STOOD_TIME:g} s: who remembers "
        "nothing else may know that waiting has not helped",
    ),
    "odometry": Observation(_free_box(3), _odometry, "dead reckoning x, y (m), heading (rad) since the start"),
    "imu": Observation(_free_box(6), _imu, "specific force (m/s^2) and turn rate (rad/s) in the sensor's frame"),
    "bumper": Observation(
        lambda env: spaces.Box(0.0, 1.0, (env.bumper.sectors,), np.float32),
        _bumper,
        "pressed sectors, counter-clockwise from ahead",
    ),
    "rgb": Observation(_rgb_space, lambda env: env.frame.rgb, "the robot's camera, (height, width, 3) uint8"),
    "depth": Observation(
        _depth_space, lambda env: env.frame.depth[..., None], "metres along the optical axis, 0 = no return"
    ),
    "depth_image": Observation(
        lambda env: spaces.Box(0, 255, (env.camera.lens.height, env.camera.lens.width, 1), np.uint8),
        _depth_image,
        f"closeness of what each pixel shows: 255 at the camera, 0 from {DEPTH_RANGE:g} m on and where nothing returns",
    ),
    "image_age": Observation(
        lambda _: spaces.Box(0.0, np.inf, (1,), np.float32),
        lambda env: np.asarray(env.image_age, dtype=np.float32)[..., None],
        "seconds since the camera took its image; 0 for a camera without a rate of its own",
    ),
    "instance_segmentation": Observation(
        _instance_space, lambda env: env.frame.instance, "instance id of each pixel, 0 = background"
    ),
}
