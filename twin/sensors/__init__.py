"""Sensors: what a robot can know of the world."""

from twin.sensors.config import Bumper, CameraMount, Imu, Lidar, Odometry, Sensors

__all__ = ["Bumper", "CameraMount", "Imu", "Lidar", "Odometry", "Sensors"]
