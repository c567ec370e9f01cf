"""The safety field of a real vehicle: it brakes when driving on and then braking would hit what the lidar sees."""

import numpy as np

from envs.shield_kernels import decide, slower
from robots.robot import Robot
from twin.geometry import FloatArray

MARGIN = 0.1
"""Metres kept between the footprint and any return: feet are seen, and what reaches beyond them is not."""
LAG = 0.2
"""Seconds by which what was seen is out of date: the scan's age and the command's time. Times the speed, it is kept as
well, as the protective fields of real scanners grow with speed (ISO 13855)."""


class Shield:
    """Passes a twist on, or replaces it by braking; knows nothing but the robot's own sensors."""

    def __init__(self, robot: Robot, period: float) -> None:
        """``period``: seconds a twist is held."""
        self._change = robot.drive.max_acceleration * period
        self._limits = (float(robot.drive.max_acceleration[0]), period, MARGIN, LAG)
        self._most = np.maximum(np.maximum(robot.drive.high, -robot.drive.low), 1e-9)
        self._box = extents(robot)

    def filter(self, wanted: FloatArray, command: FloatArray, points: FloatArray) -> FloatArray:
        """The twist (3,) to drive instead of ``wanted``, or that itself.

        ``command`` (3,): the present one. ``points`` (n, 2) m: returns of the lidar in the robot's frame.
        """
        instead = np.empty(3)
        passes = decide(wanted, command, self._change, self._limits, self._box, points, instead)
        return wanted if passes else instead

    def withheld(self, wanted: FloatArray, driven: FloatArray) -> float:
        """The largest difference between two twists (3,), as a share of the robot's greatest speed or rate of turn."""
        return float(np.max(np.abs(wanted - driven) / self._most))


def braked(command: FloatArray, change: float) -> FloatArray:
    """A slower twist on the same arc."""
    found = np.empty(3)
    slower(command, change, found)
    return found


def extents(robot: Robot) -> FloatArray:
    """How far the footprint reaches to the front, back, left and right, (4,) m."""
    corners = robot.footprint
    return np.array([corners[:, 0].max(), -corners[:, 0].min(), corners[:, 1].max(), -corners[:, 1].min()])
