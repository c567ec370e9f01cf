"""Kinds of drive: from the twist of a robot to its motors and back, as pure functions."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from robots.model import DifferentialModel, Limits, RobotModel
from twin.geometry import FloatArray

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class _Limited:
    limits: Limits

    @cached_property
    def low(self) -> FloatArray:
        """Smallest twist (vx, vy, yaw rate), (3,)."""
        limits = self.limits
        return np.array([limits.forward[0], limits.sideways[0], limits.turn[0]])

    @cached_property
    def high(self) -> FloatArray:
        """Largest twist, (3,)."""
        limits = self.limits
        return np.array([limits.forward[1], limits.sideways[1], limits.turn[1]])

    @cached_property
    def max_acceleration(self) -> FloatArray:
        """Largest change, m/s^2, m/s^2, rad/s^2."""
        limits = self.limits
        return np.array([limits.linear_acceleration, limits.linear_acceleration, limits.angular_acceleration])


@dataclass(frozen=True)
class Differential(_Limited):
    """Motors: left wheel, right wheel (rad/s)."""

    wheel_radius: float
    track: float

    def targets(self, twist: FloatArray, positions: FloatArray) -> FloatArray:  # noqa: ARG002 - the contract's
        """Wheel speeds for a twist; its sideways part cannot be followed and is left out."""
        forward, half = twist[..., 0], twist[..., 2] * self.track / 2
        return np.stack([forward - half, forward + half], axis=-1) / self.wheel_radius

    def twist(self, positions: FloatArray, velocities: FloatArray) -> FloatArray:  # noqa: ARG002 - the contract's
        """The twist at which both wheels roll."""
        left, right = velocities[..., 0] * self.wheel_radius, velocities[..., 1] * self.wheel_radius
        return np.stack([(left + right) / 2, np.zeros_like(left), (right - left) / self.track], axis=-1)


@dataclass(frozen=True)
class Swerve(_Limited):
    """Motors of each module in turn: steering angle (rad), wheel speed (rad/s)."""

    wheel_radius: float
    modules: tuple[Point, ...]

    def targets(self, twist: FloatArray, positions: FloatArray) -> FloatArray:
        """Each wheel turns by at most a quarter turn, rolling backwards where that is nearer.

        Wheels that still point elsewhere are driven by the share of speed along their direction only.
        """
        vx, vy, turn = (twist[..., i, None] for i in range(3))
        points = self._points
        wanted_x, wanted_y = vx - turn * points[:, 1], vy + turn * points[:, 0]
        angles = positions[..., 0::2]
        error = (np.arctan2(wanted_y, wanted_x) - angles + np.pi / 2) % np.pi - np.pi / 2
        error[np.hypot(wanted_x, wanted_y) < _STANDING] = 0.0
        steered = angles + error
        along = wanted_x * np.cos(steered) + wanted_y * np.sin(steered)
        targets = np.empty(positions.shape)
        targets[..., 0::2] = steered
        targets[..., 1::2] = along * np.cos(error) / self.wheel_radius
        return targets

    def twist(self, positions: FloatArray, velocities: FloatArray) -> FloatArray:
        """The twist that fits all wheels best (least squares)."""
        angles, rolling = positions[..., 0::2], velocities[..., 1::2] * self.wheel_radius
        seen = np.stack([rolling * np.cos(angles), rolling * np.sin(angles)], axis=-1)
        # Not a product of matrices: how that adds up depends on how many robots there are.
        return (self._fit * seen.reshape(*angles.shape[:-1], 1, -1)).sum(axis=-1)

    @cached_property
    def _points(self) -> FloatArray:
        return np.array(self.modules)

    @cached_property
    def _fit(self) -> FloatArray:
        rows = [row for x, y in self.modules for row in ([1.0, 0.0, -y], [0.0, 1.0, x])]
        return np.linalg.pinv(np.array(rows))


_STANDING = 1e-6
"""Below this speed (m/s) a direction means nothing and wheels keep theirs."""


def drive_of(robot: RobotModel) -> Differential | Swerve:
    """The kinematics of a robot's drive."""
    drive = robot.drive
    if isinstance(drive, DifferentialModel):
        return Differential(robot.limits, drive.wheel.radius, drive.track)
    return Swerve(robot.limits, drive.wheel.radius, drive.modules)
