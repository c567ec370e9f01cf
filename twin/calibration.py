"""Calibration files of cameras, as ROS writes and reads them (``camera_info`` YAML).

``camera_matrix`` and ``distortion_coefficients`` describe the raw image, which is what cameras here deliver;
``projection_matrix`` describes the rectified one and, for the right camera of a pair, holds -fx * baseline.
https://docs.ros.org/en/api/sensor_msgs/html/msg/CameraInfo.html
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from twin.errors import UnknownNameError
from twin.lenses import COEFFICIENTS, MAX_SIDE, Distortion, Lens, bends
from twin.yaml_files import Location, dump_yaml, load_yaml_model

MODELS = {"plumb_bob": "brown_conrady", "equidistant": "fisheye"}
"""ROS's names of distortion models, and ours."""
_ROS = {ours: ros for ros, ours in MODELS.items()}
_Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]
_Side = Annotated[int, Field(ge=1, le=MAX_SIDE)]


class Matrix(BaseModel):
    """Row by row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: Annotated[int, Field(ge=0, le=16)]
    cols: Annotated[int, Field(ge=0, le=16)]
    data: Annotated[tuple[_Number, ...], Field(max_length=16)]


class CameraInfo(BaseModel):
    """One camera's calibration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    image_width: _Side
    image_height: _Side
    camera_name: str = ""
    camera_matrix: Matrix
    distortion_model: str = "plumb_bob"
    distortion_coefficients: Matrix = Matrix(rows=1, cols=0, data=())
    rectification_matrix: Matrix | None = None
    projection_matrix: Matrix | None = None

    @field_validator("distortion_model")
    @classmethod
    def _known(cls, name: str) -> str:
        if name == "rational_polynomial":
            raise ValueError("rational_polynomial is not supported; calibrate again with plumb_bob or equidistant")
        if name not in MODELS:
            raise ValueError(str(UnknownNameError("distortion model", name, MODELS)))
        return name

    def lens(self, near: float = 0.05, far: float = 50.0) -> Lens:
        """The raw camera's lens; clip distances (m) are no part of a calibration."""
        fx, _, cx, _, fy, cy, *_ = self.camera_matrix.data
        given = self.distortion_coefficients.data
        model = MODELS[self.distortion_model]
        wanted = len(COEFFICIENTS[model])
        bent = Distortion(model, given + (0.0,) * (wanted - len(given))) if given else None  # type: ignore[arg-type]
        lens = Lens(self.image_width, self.image_height, fx, fy, cx, cy, near, far, bent)
        return lens if bends(lens) else Lens(self.image_width, self.image_height, fx, fy, cx, cy, near, far)

    @property
    def baseline(self) -> float:
        """Metres to the left camera of the pair; 0 for a left one, and for one alone."""
        if self.projection_matrix is None:
            return 0.0
        p = self.projection_matrix.data
        return -p[3] / p[0]


def read(path: Path | str) -> CameraInfo:
    """Read a calibration file; raises ``FileError`` with every mistake, ``InputError`` where it cannot be read."""
    return load_yaml_model(path, CameraInfo, _problems)


def write(path: Path | str, lens: Lens, name: str, baseline: float = 0.0) -> None:
    """Write a lens as ROS's calibration file; ``baseline`` (m) for the right camera of a pair."""
    distortion = lens.distortion if bends(lens) else None
    model = distortion.model if distortion else "brown_conrady"
    coefficients = distortion.coefficients if distortion else (0.0,) * len(COEFFICIENTS[model])
    fx, fy, cx, cy = lens.fx, lens.fy, lens.cx, lens.cy
    data: dict[str, Any] = {
        "image_width": lens.width,
        "image_height": lens.height,
        "camera_name": name,
        "camera_matrix": _matrix(3, 3, [fx, 0.0, cx, 0.0, fy, cy, 0.0, 0.0, 1.0]),
        "distortion_model": _ROS[model],
        "distortion_coefficients": _matrix(1, len(coefficients), coefficients),
        "rectification_matrix": _matrix(3, 3, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]),
        "projection_matrix": _matrix(
            3, 4, [fx, 0.0, cx, -fx * baseline, 0.0, fy, cy, 0.0, 0.0, 0.0, 1.0, 0.0]
        ),
    }  # fmt: skip
    dump_yaml(data, path)


def _matrix(rows: int, cols: int, data: Any) -> dict[str, Any]:
    return {"rows": rows, "cols": cols, "data": [float(v) + 0.0 for v in data]}


def _problems(info: CameraInfo) -> Iterator[tuple[Location, str]]:
    shapes: list[tuple[str, Matrix | None, tuple[int, int]]] = [
        ("camera_matrix", info.camera_matrix, (3, 3)),
        ("rectification_matrix", info.rectification_matrix, (3, 3)),
        ("projection_matrix", info.projection_matrix, (3, 4)),
    ]
    sound = True
    for key, matrix, (rows, cols) in shapes:
        if matrix is not None and (matrix.rows, matrix.cols, len(matrix.data)) != (rows, cols, rows * cols):
            sound = False
            yield (key, "data"), f"should hold {rows} rows of {cols} numbers, not {len(matrix.data)} numbers"
    if sound:
        yield from _value_problems(info)
    names = COEFFICIENTS[MODELS[info.distortion_model]]
    count = len(info.distortion_coefficients.data)
    if count not in (0, 4, len(names)):
        text = f"{info.distortion_model} takes {len(names)} coefficients, {' '.join(names)}, not {count}"
        yield ("distortion_coefficients", "data"), text


def _value_problems(info: CameraInfo) -> Iterator[tuple[Location, str]]:
    fx, skew, cx, zero, fy, cy, *last = info.camera_matrix.data
    where = ("camera_matrix", "data")
    if not (fx > 0 and fy > 0):
        yield where, f"focal lengths should be above 0 px, not {fx:g} and {fy:g}"
    if skew or zero or last != [0, 0, 1]:
        yield where, "should be fx 0 cx, 0 fy cy, 0 0 1: a skewed camera is not supported"
    for name, value, size in (("cx", cx, info.image_width), ("cy", cy, info.image_height)):
        if not -size <= value <= 2 * size:
            yield where, f"{name} is {value:g} px, far outside an image of {info.image_width}x{info.image_height}"
    if info.projection_matrix is not None and not info.projection_matrix.data[0] > 0:
        yield ("projection_matrix", "data"), "its first number, the focal length, should be above 0 px"
