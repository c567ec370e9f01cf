"""Wheel odometry: dead reckoning from the motors, with an error that grows."""

from math import cos, sin
from typing import TypeAlias

import numpy as np

from twin.geometry import FloatArray
from twin.sensors.config import Odometry

OdometerState: TypeAlias = tuple[FloatArray, FloatArray]


class Odometer:
    """Integrates twists; ``pose`` is (x, y, yaw) in the frame where the episode began."""

    def __init__(self, config: Odometry) -> None:
        self.config = config
        self._scale = np.ones(3)
        self.pose = np.zeros(3)

    def reset(self, rng: np.random.Generator) -> None:
        """Forget the way and draw this episode's scale errors."""
        linear, angular = rng.normal(0.0, [self.config.linear_scale_error, self.config.angular_scale_error])
        self._scale = 1.0 + np.array([linear, linear, angular])
        self.pose = np.zeros(3)

    def save(self) -> OdometerState:
        """For going back to this moment."""
        return self._scale, self.pose

    def restore(self, state: OdometerState) -> None:
        """Go back to a saved moment."""
        self._scale, self.pose = state

    def update(self, twist: FloatArray, seconds: float, rng: np.random.Generator) -> FloatArray:
        """Add the motion of ``seconds`` at a body ``twist`` (vx, vy, yaw rate); returns the twist as measured."""
        measured = twist * self._scale * (1.0 + rng.normal(0.0, self.config.noise, 3))
        # Midpoint heading: exact for arcs up to second order in the step's angle.
        yaw = self.pose[2] + measured[2] * seconds / 2
        self.pose = self.pose + seconds * np.array(
            [
                measured[0] * cos(yaw) - measured[1] * sin(yaw),
                measured[0] * sin(yaw) + measured[1] * cos(yaw),
                measured[2],
            ]
        )
        return measured
