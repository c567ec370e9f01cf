"""The expert that docks: along the route to where there is room to turn, then down the dock's axis.

Within the cone before the dock it drives to the axis and along it; from beside the cone it backs out. What it does
near the dock depends on nothing but where it is, so that it can be learned from.
"""

from collections.abc import Mapping
from math import cos, hypot, pi, sin, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from envs.docking import CONE, SPOUT, seen_face, way_to_axis
from envs.experts.route import Expert
from envs.footprint_kernels import stops_clear
from envs.shield import braked, extents
from twin.geometry import FloatArray
from twin.sensors.lidar import scan_points

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv

NEAR = 1.6
"""Metres from the docked pose within which it drives by the dock and not by the route."""
STRAIGHT, PRECISE = 0.007, np.radians(0.7)
"""Metres and radians that are left as they are."""
BACK_TO = 0.7
"""Metres before the docked pose from which on it does not back out, but takes the route again."""
BACKWARDS = 0.25
"""m/s."""
FASTEST, BRAKING = 0.6, 0.4
"""m/s and m/s2 on the way down the axis."""
TURNING, TURN_GAIN = 1.0, 2.5
"""rad/s at most; rad/s for each radian."""
AWRY = np.radians(30.0)
"""The farther off the wanted direction it is, the slower it drives; by more than this it turns on the spot."""
CLEAR = 0.03
"""Metres kept between the footprint and what is not the dock."""


class DockingExpert:
    """Knows what a robot knows: the dock as it is measured, the lidar, and the map for the way to it."""

    def __init__(self, env: "FactoryEnv", *, teaches: bool = False) -> None:
        """``teaches``: see ``Expert``."""
        self._env = env
        self._route = Expert(env, teaches=teaches)
        drive = env.robot.drive
        self._box = extents(env.robot)
        self._deceleration = float(drive.max_acceleration[0])
        self._sideways = bool(drive.high[1] > drive.low[1])
        self._docking = False

    def reset(self, seed: int) -> None:
        """An episode begins with the way to the dock."""
        self._route.reset(seed)
        self._docking = False

    def act(self, observation: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:
        """The action that brings it nearer to standing as it should."""
        env = self._env
        x, y, turned = (float(v) for v in env.state.measured)
        # From the docked pose: metres still to drive along its axis, metres to the left of it, radians off.
        c, s = cos(turned), sin(turned)
        ahead, aside, off = c * x + s * y, s * x - c * y, -turned
        in_cone = abs(aside) <= SPOUT + CONE * max(ahead, 0.0)
        self._docking = hypot(ahead, aside) < NEAR + 0.3 if self._docking else in_cone and ahead < NEAR
        if not self._docking or not (in_cone or self._sideways or ahead < BACK_TO):
            return self._route.act(observation)
        if self._sideways:
            return self._checked(self._slid(x, y, off))
        return self._checked(self._steered(ahead, aside, off) if in_cone else np.array([-BACKWARDS, 0.0, _turn(-off)]))

    def _slid(self, x: float, y: float, off: float) -> FloatArray:
        """The twist (3,) of a drive that can go sideways."""
        away = hypot(x, y)
        turn = _turn(-off)
        if away < STRAIGHT:
            return np.array([0.0, 0.0, turn if abs(off) > PRECISE else 0.0])
        speed = _speed(away)
        return np.array([speed * x / away, speed * y / away, turn])

    def _steered(self, ahead: float, aside: float, off: float) -> FloatArray:
        """The twist (3,) of a drive that cannot: towards a point of the axis ahead of it."""
        if ahead < STRAIGHT:
            return np.array([0.0, 0.0, _turn(-off) if abs(off) > PRECISE else 0.0])
        wrong = _wrapped(way_to_axis(ahead, aside) - off)
        speed = _speed(ahead) * max(0.0, 1.0 - abs(wrong) / AWRY)
        return np.array([speed, 0.0, _turn(wrong)])

    def _checked(self, twist: FloatArray) -> npt.NDArray[np.float32]:
        """The action for a twist, or for braking where something other than the dock is in the way."""
        env = self._env
        points = scan_points(env.lidar, env.state.lidar)
        others = np.ascontiguousarray(points[~seen_face(env.state, env.robot, points)])
        period = env.world.control_period
        if stops_clear((twist[0], twist[1], twist[2]), self._deceleration, period, CLEAR, self._box, others):
            return env.actions.towards(twist)
        return env.actions.towards(braked(env.world.command, self._deceleration * period))


def _speed(left: float) -> float:
    return min(FASTEST, sqrt(2 * BRAKING * left), 1.2 * left + 0.01)


def _turn(wrong: float) -> float:
    return min(max(TURN_GAIN * wrong, -TURNING), TURNING)


def _wrapped(angle: float) -> float:
    return (angle + pi) % (2 * pi) - pi


EXPERT = DockingExpert
