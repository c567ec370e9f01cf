"""An inertial measurement unit: specific force and turn rate in its own frame."""

from typing import TypeAlias

import numpy as np

from twin import geometry
from twin.geometry import FloatArray
from twin.sensors.config import Imu

GRAVITY = np.array([0.0, 0.0, -9.81])
"""m/s^2, world frame; both engines use the same."""

Motion: TypeAlias = tuple[FloatArray, FloatArray]
"""World pose (7,) and velocity (6,) of the body that carries the sensor."""


class InertialUnit:
    """Averages over the time between two moments, as a sensor does over its period."""

    def __init__(self, config: Imu) -> None:
        self.config = config
        self._mount = config.pose.array()

    def sample(self, before: Motion, now: Motion, seconds: float, rng: np.random.Generator) -> FloatArray:
        """Accelerometer (m/s^2, at rest +g upwards) and gyroscope (rad/s), shape (6,), over the last ``seconds``."""
        acceleration = (self._mount_velocity(*now) - self._mount_velocity(*before)) / seconds
        pose, velocity = now
        to_sensor = geometry.quaternion_conjugate(geometry.quaternion_multiply(pose[3:], self._mount[3:]))
        force = geometry.rotate(to_sensor, acceleration - GRAVITY)
        turn = geometry.rotate(to_sensor, velocity[3:])
        noise = rng.normal(0.0, [self.config.accelerometer_noise] * 3 + [self.config.gyroscope_noise] * 3)
        return np.concatenate([force, turn]) + noise

    def _mount_velocity(self, pose: FloatArray, velocity: FloatArray) -> FloatArray:
        lever = geometry.rotate(pose[3:], self._mount[:3])
        return velocity[:3] + np.cross(velocity[3:], lever)
