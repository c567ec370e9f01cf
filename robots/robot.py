"""A robot, read from its file: what planners, worlds and scenes need of it."""

from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Self

import numpy as np

from robots.cameras import calibrated, mounts, recalibrated
from robots.checks import check
from robots.drive import Differential, Swerve, drive_of
from robots.model import RobotModel
from robots.own_files import textured
from robots.scene import bounds, robot_scene
from twin.geometry import FloatArray
from twin.scene import Pose, Scene
from twin.sensors.config import Bumper, Imu, Lidar, Odometry, Sensors
from twin.yaml_files import load_yaml_model


@dataclass(frozen=True)
class Robot:
    """``model`` is the file's content; everything else follows from it."""

    model: RobotModel

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises ``FileError`` with every mistake in the file, ``InputError`` where it cannot be read."""
        folder = Path(path).parent
        model = load_yaml_model(path, RobotModel, partial(check, folder=folder))
        return cls(calibrated(textured(model, folder), folder))

    def calibrated(self, camera: str, file: Path) -> Self:
        """The same robot, the named camera with the lens of a ROS calibration file; raises ``FileError``."""
        return type(self)(recalibrated(self.model, camera, file))

    @property
    def name(self) -> str:
        """The model's name, such as ``amr``."""
        return self.model.name

    @cached_property
    def drive(self) -> Differential | Swerve:
        """Kinematics and limits."""
        return drive_of(self.model)

    @cached_property
    def footprint(self) -> FloatArray:
        """Convex outline seen from above, counter-clockwise, (n, 2) m."""
        return np.array(self.model.footprint)

    @cached_property
    def radius(self) -> float:
        """Of the smallest circle around the origin that contains the footprint, m."""
        return float(np.linalg.norm(self.footprint, axis=1).max())

    @cached_property
    def height(self) -> float:
        """Of its highest part above the floor, m."""
        return float(bounds(self.model)[1][2])

    @cached_property
    def sensors(self) -> Sensors:
        """What it carries, and where."""
        sensors = self.model.sensors
        lidar = sensors.lidar
        return Sensors(
            lidar=Lidar(
                Pose.planar(*lidar.position[:2], lidar.yaw, lidar.position[2]),
                lidar.layers,
                lidar.rays,
                lidar.field_of_view,
                -lidar.field_of_view / 2,
                lidar.range,
                lidar.noise,
                lidar.dropout,
            ),
            cameras=mounts(self.model),
            imu=Imu(Pose(sensors.imu.position), sensors.imu.accelerometer_noise, sensors.imu.gyroscope_noise),
            odometry=Odometry(**sensors.odometry.model_dump()),
            bumper=Bumper(sensors.bumper.sectors),
        )

    def scene(self, pose: Pose, name: str = "robot") -> Scene:
        """A fragment to merge into a scene: root body ``name`` at ``pose`` on the floor, camera ``name/camera``."""
        return robot_scene(self.model, pose, name)
