"""A robot's cameras as its file describes them."""

from pathlib import Path

import numpy as np
import pytest

import robots
from robots.robot import Robot
from twin import calibration
from twin.errors import FileError
from twin.lenses import Distortion, Lens
from twin.scene import Pose, pose_world_camera

AMR = (Path(robots.__file__).parent / "shipped" / "amr.yaml").read_text()
LINE = next(line for line in AMR.splitlines() if "fov_y" in line)
FISHEYE = Lens(320, 240, 110.0, 111.0, 158.0, 121.0, 0.05, 50.0, Distortion("fisheye", (0.02, 0.0, 0.0, 0.0)))


def robot(folder: Path, camera: str) -> Robot:
    """The AMR with another camera; ``camera`` is what follows its position."""
    path = folder / "robot.yaml"
    path.write_text(AMR.replace(LINE, "    - {position: [0.365, 0, 0.54], " + camera + "}"))
    return robots.load(path)


def lens(folder: Path, camera: str) -> Lens:
    return robot(folder, camera).sensors.cameras[0].lens


def test_focal_lengths_and_centre_may_be_given(tmp_path: Path):
    assert lens(tmp_path, "width: 64, height: 48, fx: 50") == Lens(64, 48, 50, 50, 31.5, 23.5)
    assert lens(tmp_path, "width: 64, height: 48, fx: 50, fy: 40, cx: 30, cy: 20") == Lens(64, 48, 50, 40, 30, 20)
    bent = lens(tmp_path, "fx: 90, distortion: {model: brown_conrady, coefficients: [-0.1, 0.01, 0, 0, 0]}")
    assert bent.distortion == Distortion("brown_conrady", (-0.1, 0.01, 0.0, 0.0, 0.0))


def test_a_calibration_file_says_all_of_the_lens(tmp_path: Path):
    calibration.write(tmp_path / "eye.yaml", FISHEYE, "eye")
    made = robot(tmp_path, "calibration: eye.yaml")
    assert made.sensors.cameras[0].lens == FISHEYE
    assert made.scene(Pose()).cameras[0].lens == FISHEYE


def test_a_stereo_pair_is_two_cameras_side_by_side(tmp_path: Path):
    made = robot(tmp_path, "pitch: 0.3, yaw: 0.4, stereo: {baseline: 0.12}, name: eye, rate: 15")
    assert [(c.name, c.rate) for c in made.sensors.cameras] == [("eye_left", 15.0), ("eye_right", 15.0)]
    in_scene = [camera.name for camera in made.scene(Pose(), "cart").cameras]
    assert in_scene == [mount.on("cart") for mount in made.sensors.cameras] == ["cart/eye_left", "cart/eye_right"]
    scene = made.scene(Pose.planar(1, 2, 0.5), "r")
    left, right = (pose_world_camera(scene, scene.camera(f"r/eye_{s}"), scene.initial_poses) for s in ("left", "right"))
    assert np.allclose(left[3:], right[3:])
    across = Pose.of([0, 0, 0, *left[3:]]) @ Pose((0.12, 0.0, 0.0))
    assert np.allclose(right[:3] - left[:3], across.position)
    assert left[2] == pytest.approx(0.54)  # level: neither is higher


@pytest.mark.parametrize(
    ("camera", "message"),
    [
        ("fov_y: 1, fx: 90", "sensors.cameras[0]: give fov_y or fx, not both"),
        ("fy: 90", "sensors.cameras[0]: fy needs fx"),
        ("calibration: eye.yaml, width: 64", "sensors.cameras[0]: a calibration file says width too; leave one out"),
        ("calibration: ey.yaml", "calibration: unknown calibration file 'ey.yaml'; did you mean 'eye.yaml'?"),
        ("calibration: ../eye.yaml", "calibration: '../eye.yaml' lies outside the robot's folder"),
        ("calibration: /etc/hostname", "calibration: '/etc/hostname' lies outside the robot's folder"),
        ("stereo: {baseline: 0}", "stereo.baseline: should be greater than 0, not 0"),
        ("rate: -1", "rate: should be greater than or equal to 0, not -1"),
        ("near: 2, far: 1", "sensors.cameras[0]: near (2 m) must be below far (1 m)"),
        ("distortion: {model: fish, coefficients: [0, 0, 0, 0]}", "unknown model 'fish'; did you mean 'fisheye'?"),
        ("distortion: {model: fisheye, coefficients: [0, 0, 0, 0, 0]}", "fisheye takes 4 finite coefficients"),
        ("name: a}\n    - {name: a, position: [0, 0, 1]", "sensors.cameras: two cameras have the same name, 'a'"),
    ],
)
def test_a_camera_that_cannot_be_is_refused(tmp_path: Path, camera: str, message: str):
    calibration.write(tmp_path / "eye.yaml", FISHEYE, "eye")
    with pytest.raises(FileError) as error:
        robot(tmp_path, camera)
    assert message in str(error.value)
    assert f"robot.yaml:{1 + AMR.splitlines().index(LINE) - ('same name' in message)}:" in str(error.value)


def test_a_mistake_in_a_calibration_file_is_told_with_that_file(tmp_path: Path):
    calibration.write(tmp_path / "eye.yaml", FISHEYE, "eye")
    text = (tmp_path / "eye.yaml").read_text()
    (tmp_path / "eye.yaml").write_text(text.replace("equidistant", "rational_polynomial"))
    with pytest.raises(FileError, match=r"eye.yaml:\d+:1: distortion_model: rational_polynomial is not supported"):
        robot(tmp_path, "calibration: eye.yaml")
