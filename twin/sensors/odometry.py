"""Wheel odometry: dead reckoning from the motors, with an error that grows."""

from math import cos, sin
from typing import TypeAlias

import numpy as np

from twin.compiled import compiled
from twin.geometry import FloatArray
from twin.sensors.config import Odometry

OdometerState: TypeAlias = tuple[FloatArray, FloatArray]


class Odometer:
    """Integrates twists; ``pose`` is (x, y, yaw) in the frame where the episode began."""

    def __init__(self, config: Odometry) -> None:
        self.config = config
        self.scale = np.ones(3)
        self.pose = np.zeros(3)

    def reset(self, rng: np.random.Generator) -> None:
        """Forget the way and draw this episode's scale errors."""
        linear, angular = rng.normal(0.0, [self.config.linear_scale_error, self.config.angular_scale_error])
        self.scale[:] = 1.0 + np.array([linear, linear, angular])
        self.pose[:] = 0.0

    def save(self) -> OdometerState:
        """For going back to this moment."""
        return self.scale.copy(), self.pose.copy()

    def restore(self, state: OdometerState) -> None:
        """Go back to a saved moment."""
        self.scale[:], self.pose[:] = state

    def share(self, scale: FloatArray, pose: FloatArray) -> None:
        """Keep both in arrays (3,) of somebody else's from now on."""
        scale[:], pose[:] = self.scale, self.pose
        self.scale, self.pose = scale, pose

    def update(self, twist: FloatArray, seconds: float, rng: np.random.Generator) -> FloatArray:
        """Add the motion of ``seconds`` at a body ``twist`` (vx, vy, yaw rate); returns the twist as measured."""
        measured = np.empty(3)
        noise = self.config.noise * rng.standard_normal(3)
        reckon(twist[None], self.scale[None], noise[None], seconds, self.pose[None], measured[None])
        return measured


@compiled
def reckon(
    twist: FloatArray, scale: FloatArray, noise: FloatArray, seconds: float, pose: FloatArray, measured: FloatArray
) -> None:
    """Write what is ``measured`` of each ``twist`` and go on by it from each ``pose``; all (robots, 3)."""
    for k in range(len(twist)):
        for i in range(3):
            measured[k, i] = twist[k, i] * scale[k, i] * (1.0 + noise[k, i])
        # Midpoint heading: exact for arcs up to second order in the step's angle.
        yaw = pose[k, 2] + measured[k, 2] * seconds / 2
        pose[k, 0] += seconds * (measured[k, 0] * cos(yaw) - measured[k, 1] * sin(yaw))
        pose[k, 1] += seconds * (measured[k, 0] * sin(yaw) + measured[k, 1] * cos(yaw))
        pose[k, 2] += seconds * measured[k, 2]
