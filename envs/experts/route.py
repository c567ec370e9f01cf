"""The expert: a route on the known map, mended by the lidar, followed by a dynamic window."""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_dilation

from envs.experts._dwa import Window, choose
from envs.footprint_kernels import stops_clear
from envs.navigation import DUTY
from envs.navigator import BACK, FORTH
from envs.shield import Shield, braked, extents
from factories.routes import along, look_ahead
from twin.geometry import FloatArray
from twin.sensors.lidar import scan_points

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv

CHARGING = DUTY.index("charging")
LOOK_AHEAD = 1.6
"""Metres along the route of the point it steers to."""
SIGHT = 4.0
"""Metres beyond which lidar points do not matter to the next two seconds."""
MAP_SIGHT = 1.5
"""The same for what the map knows: what the lidar misses is near or unimportant."""
STANDING = 0.15
"""m/s and rad/s below which it would rather stand than pass close by something ..."""
STUCK = ((120, 2.6, 60), (40, 0.25, 12))
"""Who in so many steps has been in no more than so many metres plans anew and backs out for so many steps ..."""
BACKWARDS, OUT_MARGIN = 0.2, 0.02
"""... at this speed, m/s, keeping so many metres from anything."""
BRAKING = 0.8
"""m/s2 with which it comes to a stop where it is to stay."""
BOLD_CLEARANCE = 0.05
"""... and then weighs clearance by this: it may pass close, but not wait forever."""


class Expert:
    """Plans on the pose and the map that the robot knows, and sees loose things and people only through the lidar."""

    def __init__(
        self, env: "FactoryEnv", window: Window | None = None, *, blind: bool = False, teaches: bool = False
    ) -> None:
        """``blind``: sees nothing, and follows the route of the start; what a robot gets from its map alone.

        ``teaches``: never backs out. Who asks what to do next and drives otherwise would be told to back out wherever
        it has stood for a while, and learn from that, where forward would have done, to stand.
        """
        self._env = env
        self._window = window or Window()
        self._blind = blind
        self._teaches = teaches
        drive = env.robot.drive
        self._limits = np.array([[drive.low[i], drive.high[i], drive.max_acceleration[i]] for i in (0, 2)])
        self._box = extents(env.robot)

    def reset(self, seed: int) -> None:  # noqa: ARG002
        """The expert is deterministic: it starts afresh."""
        known = self._env.guide.known
        edges = known.blocked & binary_dilation(~known.blocked)
        self._edges = known.centers(np.argwhere(edges))
        self._been: deque[tuple[float, float]] = deque(maxlen=STUCK[0][0])
        self._backing = self._acts = 0
        self._shield = Shield(self._env.robot, self._env.world.control_period)
        if self._blind:
            self._route = self._env.navigator.route
            self._arc = 0.0

    def act(self, observation: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:  # noqa: ARG002
        """The action whose next two seconds look best."""
        env = self._env
        staying = bool(env.state.duty[CHARGING])
        if staying and env.state.held > 0.0:
            return env.actions.towards(np.zeros(3))
        seen = np.zeros((0, 2)) if self._blind else scan_points(env.lidar, env.state.lidar)
        points = np.concatenate([seen, self._mapped()])
        points = points[np.hypot(points[:, 0], points[:, 1]) < SIGHT]
        if not self._teaches and self._gets_out(points):
            return self._checked(np.array([-BACKWARDS, 0.0, 0.0]), seen)
        target = self._target()
        command = env.world.command
        now = (float(command[0]), float(command[2]))
        limits, period = self._limits, env.world.control_period
        if staying:
            limits = limits.copy()
            limits[0, 1] = min(limits[0, 1], np.sqrt(2 * BRAKING * env.state.straight_distance))
        speed, turn, score = choose(self._window, now, limits, period, self._box, points, target)
        if abs(speed) < STANDING and abs(turn) < STANDING:
            bold = replace(self._window, clearance_weight=BOLD_CLEARANCE)
            speed, turn, score = choose(bold, now, limits, period, self._box, points, target)
        if score == -np.inf:
            return env.actions.towards(braked(command, self._limits[0, 2] * period))
        return self._checked(np.array([speed, 0.0, turn]), seen)

    def _checked(self, twist: FloatArray, seen: FloatArray) -> npt.NDArray[np.float32]:
        """The action for a twist that the lidar alone allows: what the map says too much blurs how near things are."""
        env = self._env
        if not self._blind:
            twist = self._shield.filter(twist, env.world.command, seen)
        return env.actions.towards(twist)

    def _gets_out(self, points: FloatArray) -> bool:
        """Whether it backs out because it has come nowhere for a while; plans anew when that begins."""
        env = self._env
        xy = env.state.pose[:2]
        self._been.append(xy)
        self._acts += 1
        if not self._backing:
            self._backing = next((back for steps, room, back in STUCK if self._stayed(steps, room)), 0)
            if self._backing:
                env.navigator.replan(env.world.time, xy)
        if not self._backing:
            return False
        self._backing -= 1
        free = stops_clear(
            (-BACKWARDS, 0.0, 0.0), self._limits[0, 2], env.world.control_period, OUT_MARGIN, self._box, points
        )
        if not free:
            self._backing = 0
        return bool(free)

    def _stayed(self, steps: int, room: float) -> bool:
        """Whether it has been within so many metres for so many steps; every so many steps again."""
        if self._acts % steps or len(self._been) < steps:
            return False
        return bool(np.hypot(*np.ptp(np.array(self._been)[-steps:], axis=0)) < room)

    def _mapped(self) -> FloatArray:
        """Edges of what the map knows, (n, 2) in the robot's frame: shelves reach out above the lidar."""
        x, y, yaw = self._env.state.pose
        offset = self._edges - (x, y)
        near = offset[np.abs(offset).max(axis=1) < MAP_SIGHT]
        c, s = np.cos(yaw), np.sin(yaw)
        return np.stack([c * near[:, 0] + s * near[:, 1], c * near[:, 1] - s * near[:, 0]], axis=-1)

    def _target(self) -> FloatArray:
        """The point of the route to steer to, in the robot's frame (2,)."""
        x, y, yaw = self._env.state.pose
        point = self._along_first_route((x, y)) if self._blind else self._env.navigator.ahead((x, y), [LOOK_AHEAD])[0]
        dx, dy = point[0] - x, point[1] - y
        return np.array([np.cos(yaw) * dx + np.sin(yaw) * dy, np.cos(yaw) * dy - np.sin(yaw) * dx])

    def _along_first_route(self, xy: tuple[float, float]) -> FloatArray:
        """The point (2,) to steer to on the route that was planned before anything was seen."""
        self._arc = along(self._route, xy, max(0.0, self._arc - BACK), BACK + FORTH)
        return look_ahead(self._route, xy, [LOOK_AHEAD], max(0.0, self._arc - BACK), BACK + FORTH)[0]


EXPERT = Expert
