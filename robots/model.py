"""What a robot's YAML file says. Metres, kilograms, radians; sizes are full sizes, as measured with a rule."""

from collections.abc import Iterator
from math import pi
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from twin.errors import InputError

Finite = Annotated[float, Field(allow_inf_nan=False, ge=-1e4, le=1e4)]
Positive = Annotated[float, Field(allow_inf_nan=False, gt=0, le=1e4)]
NotNegative = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e4)]
Share = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1)]
Point2: TypeAlias = tuple[Finite, Finite]
Point3: TypeAlias = tuple[Finite, Finite, Finite]


class Model(BaseModel):
    """Unknown keys are errors; values never change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _Part(Model):
    position: Point3
    """Centre, in the robot's frame: x forward, z up from the floor."""
    roll: Finite = 0.0
    pitch: Finite = 0.0
    yaw: Finite = 0.0
    material: str
    collides: bool = False


class BoxPart(_Part):
    """A box; ``size`` along x, y, z."""

    shape: Literal["box"]
    size: tuple[Positive, Positive, Positive]


class CylinderPart(_Part):
    """A cylinder standing along its z axis."""

    shape: Literal["cylinder"]
    radius: Positive
    height: Positive


class SpherePart(_Part):
    """A ball."""

    shape: Literal["sphere"]
    radius: Positive


Part = Annotated[BoxPart | CylinderPart | SpherePart, Field(discriminator="shape")]


class MaterialModel(Model):
    """How a part looks."""

    color: tuple[Share, Share, Share]
    texture: str = ""
    """One of ``twin.textures``, the path of an image below this file's folder or ``folder:NAME``."""
    texture_size: NotNegative = 1.0
    """Metres that one image covers; 0 stretches it over each face."""
    roughness: Share = 0.6
    metallic: Share = 0.0
    emission: NotNegative = 0.0

    @field_validator("texture")
    @classmethod
    def _is_known(cls, texture: str) -> str:
        if texture:
            from twin import textures

            try:
                textures.check(texture)
            except InputError as error:
                raise ValueError(str(error)) from None
        return texture


class Chassis(Model):
    """Everything rigid. ``friction`` is that of its sides."""

    mass: Positive
    friction: NotNegative = 0.4
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _something_collides(self) -> "Chassis":
        if not any(part.collides for part in self.parts):
            raise ValueError("at least one part must have collides: true")
        return self


class Wheel(Model):
    """A driven wheel, touching the floor in one point below its centre."""

    radius: Positive
    width: Positive
    mass: Positive
    max_torque: Positive
    """N m at the wheel."""
    gain: Positive = 10.0
    """N m s/rad of the speed controller; stable in the air up to twice the inertia over the engine's timestep."""
    rotor_inertia: NotNegative = 0.05
    """Of rotor and gears, seen at the wheel, kg m^2."""
    friction: NotNegative = 0.8
    material: str


class Steering(Model):
    """What turns a swerve module about the vertical."""

    mass: Positive
    max_torque: Positive
    gain: Positive = 100.0
    """N m/rad of the angle controller, critically damped."""
    rotor_inertia: NotNegative = 0.05
    """Of rotor and gears, seen at the axis, kg m^2."""


class DifferentialModel(Model):
    """Two driven wheels on one axle through the origin, ``track`` apart."""

    kind: Literal["differential"]
    wheel: Wheel
    track: Positive


class SwerveModel(Model):
    """Steered driven wheels below ``modules``."""

    kind: Literal["swerve"]
    wheel: Wheel
    modules: Annotated[tuple[Point2, ...], Field(min_length=2)]
    steering: Steering


DriveModel = Annotated[DifferentialModel | SwerveModel, Field(discriminator="kind")]


class Casters(Model):
    """Balls without friction that keep a robot from tipping.

    Nothing is sprung, so ``clearance`` above the floor is what leaves the weight on the driven wheels.
    """

    radius: Positive
    positions: tuple[Point2, ...]
    clearance: NotNegative = 0.0


def _ordered(bounds: tuple[float, float]) -> Iterator[str]:
    low, high = bounds
    if low > 0 or high < 0:
        yield f"{list(bounds)} must contain 0: a robot can stand still"


class Limits(Model):
    """Smallest and largest velocities (m/s, rad/s), and accelerations."""

    forward: tuple[Finite, Finite]
    sideways: tuple[Finite, Finite] = (0.0, 0.0)
    turn: tuple[Finite, Finite]
    linear_acceleration: Positive
    angular_acceleration: Positive

    @model_validator(mode="after")
    def _contain_rest(self) -> "Limits":
        for bounds in (self.forward, self.sideways, self.turn):
            for problem in _ordered(bounds):
                raise ValueError(problem)
        return self


class LidarModel(Model):
    """A scanner of horizontal layers; the first ray points at ``-field_of_view / 2``."""

    position: Point3
    layers: Annotated[tuple[Finite, ...], Field(min_length=1, max_length=16)] = (0.0,)
    """Heights above ``position``; a scan is the nearest return of all of them."""
    yaw: Finite = 0.0
    rays: Annotated[int, Field(ge=1, le=4096)] = 90
    range: Positive = 10.0
    field_of_view: Annotated[float, Field(gt=0, le=2 * pi + 1e-9)] = 2 * pi
    noise: NotNegative = 0.01
    dropout: Share = 0.0


class DistortionModel(Model):
    """OpenCV's coefficients: brown_conrady k1 k2 p1 p2 k3, fisheye k1 k2 k3 k4."""

    model: Literal["brown_conrady", "fisheye"]
    coefficients: Annotated[tuple[Finite, ...], Field(min_length=4, max_length=5)]


class StereoModel(Model):
    """A pair of the same camera, side by side."""

    baseline: Annotated[float, Field(gt=0, le=10)]
    """Metres between the two."""


class CameraModel(Model):
    """An RGB-D camera looking along the robot's x axis, turned by yaw and then by pitch (positive looks down).

    Its lens is given by ``fov_y``, or by ``fx`` (with ``fy``, ``cx``, ``cy`` where they are not those of square pixels
    around the centre), or by a calibration file, which says the image's size and distortion too.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] = "camera"
    position: Point3
    yaw: Finite = 0.0
    pitch: Annotated[float, Field(ge=-pi / 2, le=pi / 2)] = 0.0
    fov_y: Annotated[float, Field(gt=0.05, lt=3.0)] = 1.4
    width: Annotated[int, Field(ge=8, le=4096)] = 128
    height: Annotated[int, Field(ge=8, le=4096)] = 128
    fx: Positive | None = None
    """px"""
    fy: Positive | None = None
    cx: Finite | None = None
    """px; the centre of the first pixel is 0."""
    cy: Finite | None = None
    distortion: DistortionModel | None = None
    calibration: Annotated[str, Field(max_length=255)] = ""
    """A ROS camera_info YAML beside this file."""
    stereo: StereoModel | None = None
    rate: Annotated[float, Field(ge=0, le=1000)] = 0.0
    """Images a second; 0 for one whenever somebody looks."""
    near: Positive = 0.05
    far: Positive = 50.0

    @model_validator(mode="after")
    def _one_lens(self) -> "CameraModel":
        given = self.model_fields_set
        lens = {"fov_y", "fx", "fy", "cx", "cy", "width", "height", "distortion"} & given
        if self.calibration and lens:
            raise ValueError(f"a calibration file says {', '.join(sorted(lens))} too; leave one out")
        if self.fx is not None and "fov_y" in given:
            raise ValueError("give fov_y or fx, not both")
        if self.fx is None and self.fy is not None:
            raise ValueError("fy needs fx")
        if self.near >= self.far:
            raise ValueError(f"near ({self.near:g} m) must be below far ({self.far:g} m)")
        return self


class ImuModel(Model):
    """Noise of one sample, m/s^2 and rad/s."""

    position: Point3
    accelerometer_noise: NotNegative = 0.05
    gyroscope_noise: NotNegative = 0.002


class OdometryModel(Model):
    """Relative errors: of the scales, drawn per episode, and of each increment."""

    linear_scale_error: NotNegative = 0.01
    angular_scale_error: NotNegative = 0.02
    noise: NotNegative = 0.005


class BumperModel(Model):
    """A pressure strip around the footprint."""

    sectors: Annotated[int, Field(ge=1, le=360)] = 8


class SensorsModel(Model):
    """What the robot carries."""

    lidar: LidarModel
    cameras: tuple[CameraModel, ...]
    imu: ImuModel
    odometry: OdometryModel = OdometryModel()
    bumper: BumperModel = BumperModel()


class RobotModel(Model):
    """A robot's file. Its frame lies on the floor at the centre of rotation, x forward."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    description: str = ""
    footprint: Annotated[tuple[Point2, ...], Field(min_length=3, max_length=64)]
    """Outline seen from above, counter-clockwise."""
    materials: dict[str, MaterialModel]
    chassis: Chassis
    drive: DriveModel
    casters: Casters | None = None
    limits: Limits
    sensors: SensorsModel
