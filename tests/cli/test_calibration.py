"""``twin calibration``: cameras of robots and datasets as ROS files, and back."""

from pathlib import Path

import numpy as np
import pytest

import robots
from training import cli
from training.dataset import DatasetMeta, DatasetWriter, EpisodeRecord, cameras
from training.dataset.schema import CameraModel
from twin import calibration
from twin.lenses import Lens

AMR = (Path(robots.__file__).parent / "shipped" / "amr.yaml").read_text()
LINE = next(line for line in AMR.splitlines() if "fov_y" in line)
PAIR = """    - name: eye
      position: [0.365, 0, 0.5]
      fx: 60
      width: 64
      height: 48
      stereo: {baseline: 0.12}
      distortion: {model: brown_conrady, coefficients: [-0.1, 0.02, 0.001, 0, 0]}"""


@pytest.fixture
def robot(tmp_path: Path) -> str:
    path = tmp_path / "robot.yaml"
    path.write_text(AMR.replace(LINE, PAIR))
    return str(path)


def test_a_robots_cameras_are_written_and_read_again(tmp_path: Path, robot: str, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["calibration", robot, "--out", str(tmp_path / "out")]) == 0
    assert "eye_left.yaml" in capsys.readouterr().out
    lens = robots.load(robot).sensors.cameras[0].lens
    left, right = (calibration.read(tmp_path / "out" / f"eye_{side}.yaml") for side in ("left", "right"))
    assert left.lens(lens.near, lens.far) == right.lens(lens.near, lens.far) == lens
    assert (left.baseline, right.baseline) == (0.0, pytest.approx(0.12))


def test_a_datasets_cameras_are_those_it_was_recorded_with(tmp_path: Path, robot: str):
    data, out = tmp_path / "data.zarr", tmp_path / "out"
    eye = ["--robot", robot, "--size", "64x48", "--episodes", "1", "--agent", "straight", "--every", "20"]
    assert cli.main(["collect", *eye, "--out", str(data)]) == 0
    assert cli.main(["calibration", str(data), "--out", str(out)]) == 0
    lens = robots.load(robot).sensors.cameras[0].lens
    right = calibration.read(out / "robot_eye_right.yaml")
    assert right.lens(lens.near, lens.far) == lens
    assert right.baseline == pytest.approx(0.12)


def test_a_camera_whose_name_has_folders_is_written_into_them(tmp_path: Path):
    lens = Lens(8, 6, 5.0, 5.0, 3.5, 2.5)
    camera = CameraModel(name="left", key="rig/left", width=8, height=6, near=0.05, far=50.0)
    row = {"rgb": np.zeros((6, 8, 3), np.uint8), "intrinsics": lens.matrix(), "pose_world_camera": np.eye(7)[3]}
    arrays = tuple(spec for spec in cameras.arrays(camera) if spec.name in map(camera.array, row))
    meta = DatasetMeta(name="rig", arrays=arrays, cameras=(camera,))
    with (
        DatasetWriter.create(tmp_path / "rig.zarr", meta) as writer,
        writer.episode(EpisodeRecord(episode=0)) as episode,
    ):
        episode.append({camera.array(name): value for name, value in row.items()})
    assert cli.main(["calibration", str(tmp_path / "rig.zarr"), "--out", str(tmp_path / "out")]) == 0
    assert calibration.read(tmp_path / "out" / "rig" / "left.yaml").lens() == lens


def test_a_calibration_file_can_be_recorded_with(tmp_path: Path):
    lens = Lens(80, 60, 70.0, 71.0, 39.0, 30.0)
    calibration.write(tmp_path / "eye.yaml", lens, "eye")
    data = tmp_path / "data.zarr"
    flags = ["--calibration", str(tmp_path / "eye.yaml"), "--episodes", "1", "--agent", "straight", "--every", "20"]
    assert cli.main(["collect", *flags, "--out", str(data)]) == 0
    assert cli.main(["calibration", str(data), "--out", str(tmp_path)]) == 0
    assert calibration.read(tmp_path / "robot_camera.yaml").lens() == lens


def test_an_unknown_source_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["calibration", "am_r", "--out", str(tmp_path)]) == 2
    assert "unknown robot 'am_r'; did you mean 'amr'?" in capsys.readouterr().err
