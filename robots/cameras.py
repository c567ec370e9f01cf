"""A robot's cameras: from what its file says to lenses and mounts."""

from collections.abc import Iterator
from pathlib import Path

from robots import own_files
from robots.model import CameraModel, DistortionModel, RobotModel
from twin import calibration, geometry
from twin.errors import InputError
from twin.lenses import Distortion, Lens
from twin.scene import Pose
from twin.sensors.config import CameraMount

Location = tuple[int | str, ...]
_FORWARD = (0.5, -0.5, 0.5, -0.5)  # OpenCV's frame looking along x


def lens_of(camera: CameraModel) -> Lens:
    """The lens of a camera that needs no calibration file any more."""
    bent = camera.distortion
    distortion = Distortion(bent.model, bent.coefficients) if bent else None
    if camera.fx is None:
        lens = Lens.from_fov(camera.width, camera.height, camera.fov_y, camera.near, camera.far)
        fx, fy = lens.fx, lens.fy
    else:
        fx, fy = camera.fx, camera.fy or camera.fx
    cx = (camera.width - 1) / 2 if camera.cx is None else camera.cx
    cy = (camera.height - 1) / 2 if camera.cy is None else camera.cy
    return Lens(camera.width, camera.height, fx, fy, cx, cy, camera.near, camera.far, distortion)


def pose_of(camera: CameraModel) -> Pose:
    """OpenCV's camera frame in the robot's frame; of a stereo pair, half way between the two."""
    yaw = geometry.quaternion_from_axis_angle((0, 0, 1), camera.yaw)
    pitch = geometry.quaternion_from_axis_angle((0, 1, 0), camera.pitch)
    turn = geometry.quaternion_multiply(geometry.quaternion_multiply(yaw, pitch), _FORWARD)
    return Pose.of([*camera.position, *turn])


def mounts(robot: RobotModel) -> tuple[CameraMount, ...]:
    """Every camera; a stereo pair is two, ``<name>_left`` and ``<name>_right``."""
    return tuple(mount for camera in robot.sensors.cameras for mount in _mounts(camera))


def _mounts(camera: CameraModel) -> Iterator[CameraMount]:
    pose, lens, rate = pose_of(camera), lens_of(camera), camera.rate
    if camera.stereo is None:
        yield CameraMount(camera.name, pose, lens, rate)
        return
    half = camera.stereo.baseline / 2
    yield CameraMount(f"{camera.name}_left", pose @ Pose((-half, 0.0, 0.0)), lens, rate)
    yield CameraMount(f"{camera.name}_right", pose @ Pose((half, 0.0, 0.0)), lens, rate)


def calibrated(robot: RobotModel, folder: Path) -> RobotModel:
    """The robot with what its cameras' calibration files say; raises ``FileError`` with every mistake in one."""
    cameras = tuple(
        _by_file(camera, folder / camera.calibration) if camera.calibration else camera
        for camera in robot.sensors.cameras
    )
    return _with_cameras(robot, cameras)


def recalibrated(robot: RobotModel, name: str, file: Path) -> RobotModel:
    """The robot with a calibration file for the camera, or the pair, that mount ``name`` belongs to."""
    cameras = tuple(
        _by_file(camera, file) if any(mount.name == name for mount in _mounts(camera)) else camera
        for camera in robot.sensors.cameras
    )
    return _with_cameras(robot, cameras)


def _with_cameras(robot: RobotModel, cameras: tuple[CameraModel, ...]) -> RobotModel:
    return robot.model_copy(update={"sensors": robot.sensors.model_copy(update={"cameras": cameras})})


def _by_file(camera: CameraModel, file: Path) -> CameraModel:
    lens = calibration.read(file).lens(camera.near, camera.far)
    bent = lens.distortion
    return camera.model_copy(
        update={
            "calibration": "",
            "width": lens.width,
            "height": lens.height,
            "fx": lens.fx,
            "fy": lens.fy,
            "cx": lens.cx,
            "cy": lens.cy,
            "distortion": DistortionModel(model=bent.model, coefficients=bent.coefficients) if bent else None,
        }
    )


def problems(robot: RobotModel, folder: Path) -> Iterator[tuple[Location, str]]:
    """What a robot's file says of its cameras that cannot be."""
    for i, camera in enumerate(robot.sensors.cameras):
        where: Location = ("sensors", "cameras", i)
        if camera.calibration:
            found = own_files.problems("calibration file", camera.calibration, folder, "*.yaml")
            yield from (((*where, "calibration"), text) for text in found)
        try:
            lens_of(camera)
        except InputError as error:
            yield (*where, "distortion", "coefficients"), str(error)
            return
    names = [mount.name for mount in mounts(robot)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield ("sensors", "cameras"), f"two cameras have the same name, '{name}'"
