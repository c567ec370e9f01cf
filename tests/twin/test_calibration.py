"""Calibration files of ROS: read, written, refused."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin import calibration
from twin.errors import FileError, InputError, UnsafeFileError
from twin.lenses import Distortion, Lens

GOOD = """image_width: 640
image_height: 480
camera_name: front
camera_matrix:
  rows: 3
  cols: 3
  data: [612.1, 0, 318.2, 0, 611.4, 244.9, 0, 0, 1]
distortion_model: plumb_bob
distortion_coefficients:
  rows: 1
  cols: 5
  data: [-0.31, 0.11, 0.0012, -0.0007, 0]
rectification_matrix:
  rows: 3
  cols: 3
  data: [1, 0, 0, 0, 1, 0, 0, 0, 1]
projection_matrix:
  rows: 3
  cols: 4
  data: [500.0, 0, 318.2, -60.0, 0, 500.0, 244.9, 0, 0, 0, 1, 0]
"""  # as camera_calibration writes it
LENSES = st.builds(
    Lens, st.integers(8, 2000), st.integers(8, 2000), st.floats(1, 5000), st.floats(1, 5000),
    st.floats(0, 8), st.floats(0, 8),
    distortion=st.sampled_from([
        None,
        Distortion("brown_conrady", (-0.31, 0.11, 0.0012, -7e-4, 0.0)),
        Distortion("fisheye", (0.1, 0.0, 2e-5, 1e-9)),
    ]),
)  # fmt: skip


def test_a_file_of_ros_is_read(tmp_path: Path):
    path = tmp_path / "front.yaml"
    path.write_text(GOOD)
    info = calibration.read(path)
    bent = Distortion("brown_conrady", (-0.31, 0.11, 0.0012, -0.0007, 0.0))
    assert info.lens(0.1, 20.0) == Lens(640, 480, 612.1, 611.4, 318.2, 244.9, 0.1, 20.0, bent)
    assert info.baseline == pytest.approx(0.12)


@settings(max_examples=25, deadline=None)
@given(LENSES, st.floats(0, 1))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, lens: Lens, baseline: float):
    path = tmp_path_factory.mktemp("calibration") / "eye.yaml"
    calibration.write(path, lens, "eye", baseline)
    info = calibration.read(path)
    assert info.lens(lens.near, lens.far) == lens
    assert info.baseline == pytest.approx(baseline)
    assert info.camera_name == "eye"


def test_coefficients_that_are_all_zero_are_a_pinhole(tmp_path: Path):
    path = tmp_path / "eye.yaml"
    calibration.write(path, replace(Lens(), distortion=Distortion("brown_conrady", (0.0,) * 5)), "eye")
    assert calibration.read(path).lens() == Lens()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("plumb_bob", "rational_polynomial", ":8:1: distortion_model: rational_polynomial is not supported"),
        ("plumb_bob", "plum_bob", ":8:1: distortion_model: unknown distortion model 'plum_bob'; did you mean 'plumb_b"),
        ("image_width", "image_with", ":1:1: image_with: unknown key 'image_with'; did you mean 'image_width'?"),
        ("image_width: 640", "image_width: 99999", ":1:1: image_width: should be less than or equal to 8192"),
        ("612.1, 0,", "612.1, 0.5,", ":7:3: camera_matrix.data: should be fx 0 cx, 0 fy cy, 0 0 1: a skewed camera"),
        ("612.1", "-612.1", ":7:3: camera_matrix.data: focal lengths should be above 0 px, not -612.1 and 611.4"),
        ("612.1", ".nan", ":7:10: camera_matrix.data[0]: should be a finite number, not nan"),
        ("318.2, 0, 611.4", "9000, 0, 611.4", "cx is 9000 px, far outside an image of 640x480"),
        ("0, 611.4, 244.9, 0, 0, 1]", "0, 611.4, 244.9]", "camera_matrix.data: should hold 3 rows of 3 numbers, not 6"),
        ("-0.0007, 0]", "-0.0007, 0, 1, 2]", "data: plumb_bob takes 5 coefficients, k1 k2 p1 p2 k3, not 7"),
        ("data: [500.0", "data: [0.0", "projection_matrix.data: its first number, the focal length, should be above 0"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str):
    path = tmp_path / "front.yaml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(FileError) as error:
        calibration.read(path)
    assert message in str(error.value)


def test_what_is_too_large_or_not_there_is_not_read(tmp_path: Path):
    path = tmp_path / "front.yaml"
    path.write_text(GOOD + "#" * 5_000_001)
    with pytest.raises(UnsafeFileError, match="too large"):
        calibration.read(path)
    with pytest.raises(InputError, match="cannot be read: No such file"):
        calibration.read(tmp_path / "none.yaml")
