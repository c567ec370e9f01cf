"""What a robot carries, as data. Poses are in the frame of the robot's root body."""

from dataclasses import dataclass
from math import pi

from twin.lenses import Lens
from twin.scene import Pose


@dataclass(frozen=True, slots=True)
class Lidar:
    """A scanner of horizontal layers; ray k points at ``first_angle + k * field_of_view / rays`` (rad) in its frame.

    A scan is the nearest return of all layers: forks and pallets lie below what one plane at axle height sees.
    """

    pose: Pose = Pose((0.0, 0.0, 0.2))
    layers: tuple[float, ...] = (0.0,)
    """Heights of the layers above ``pose``, m."""
    rays: int = 90
    field_of_view: float = 2 * pi
    first_angle: float = -pi
    range: float = 10.0
    """m"""
    noise: float = 0.01
    """Standard deviation of a range, m."""
    dropout: float = 0.0
    """Share of rays without return."""


@dataclass(frozen=True, slots=True)
class CameraMount:
    """An RGB-D camera; ``pose`` is OpenCV's camera frame (x right, y down, z forward)."""

    name: str = "camera"
    pose: Pose = Pose()
    lens: Lens = Lens()
    rate: float = 0.0
    """Images a second; 0 for one whenever somebody looks."""

    def on(self, robot: str) -> str:
        """What the camera is called in a scene, on the robot whose root body has that name."""
        return f"{robot}/{self.name}"


@dataclass(frozen=True, slots=True)
class Imu:
    """Noise densities of one sample: standard deviations in m/s^2 and rad/s."""

    pose: Pose = Pose()
    accelerometer_noise: float = 0.05
    gyroscope_noise: float = 0.002


@dataclass(frozen=True, slots=True)
class Odometry:
    """Wheel odometry whose scale is wrong by an amount drawn once per episode, and that jitters at each step."""

    linear_scale_error: float = 0.01
    """Standard deviation of the relative error of distances, drawn per episode."""
    angular_scale_error: float = 0.02
    """The same for angles."""
    noise: float = 0.005
    """Standard deviation of each increment, relative to it."""


@dataclass(frozen=True, slots=True)
class Bumper:
    """A pressure strip around the footprint, read as equal sectors counter-clockwise from straight ahead."""

    sectors: int = 8


@dataclass(frozen=True, slots=True)
class Sensors:
    """Everything mounted on one robot."""

    lidar: Lidar = Lidar()
    cameras: tuple[CameraMount, ...] = ()
    imu: Imu = Imu()
    odometry: Odometry = Odometry()
    bumper: Bumper = Bumper()
