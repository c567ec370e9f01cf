"""ROS maps: ``map.yaml`` with an image, read as Nav2's map server reads them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import Field

from factories.importers.base import Imported
from factories.importers.cells import CellMap, to_layout
from factories.importers.images import Channels, read_image
from twin.errors import UnsafeFileError
from twin.file_model import FileModel
from twin.yaml_files import Location, load_yaml_model

SUFFIXES = (".yaml", ".yml")

FREE, OCCUPIED, UNKNOWN = 0, 100, -1
BLOCKED_FROM = 50
"""Occupancy from which a cell is solid, where a map holds more than the three values (``scale`` and ``raw``)."""

Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]


class MapFile(FileModel):
    """The keys of ``map.yaml``."""

    image: Annotated[str, Field(min_length=1, max_length=1000)]
    resolution: Annotated[float, Field(gt=0, le=100)]
    origin: tuple[float, float, float]
    negate: Literal[0, 1] | bool = 0
    occupied_thresh: Share = 0.65
    free_thresh: Share = 0.25
    mode: Literal["trinary", "scale", "raw"] = "trinary"


def read(path: Path, height: float = 2.0) -> Imported:
    """The layout of a ROS map; its solid cells become boxes of ``height`` m.

    The origin is the pose of the lower left corner of the lower left pixel. Unknown cells become zones to keep out of.
    """
    file = load_yaml_model(path, MapFile, check=_check)
    values = occupancy(read_image(_image_path(path, file.image)), file)[::-1]
    x, y, yaw = file.origin
    cells = CellMap(
        name=(path.resolve().parent.name if path.stem == "map" else path.stem) or "map",
        description=f"Imported from the ROS map {path.name}, {file.resolution:g} m a cell.",
        occupied=values >= BLOCKED_FROM,
        unknown=values == UNKNOWN,
        resolution=file.resolution,
        origin=(x, y, float(np.arctan2(np.sin(yaw), np.cos(yaw)))),
    )
    return to_layout(cells, height)


def occupancy(image: Channels, file: MapFile) -> npt.NDArray[np.int8]:
    """Occupancy (h, w) of each pixel, 0 to 100, or -1 where unknown.

    In ``trinary`` mode, opacity counts as a fourth channel beside red, green and blue, as it always has in ROS.
    """
    total = image.values.sum(axis=2, dtype=np.uint32) * np.uint32(3 // image.values.shape[2])
    most = 3 * image.full
    if file.mode == "trinary" and image.alpha is not None:
        total, most = total + image.alpha, 4 * image.full
    shades = np.arange(most + 1) / most
    cells = _interpret(shades, file)[total]
    if file.mode == "scale" and image.alpha is not None:
        cells[image.alpha < image.full] = UNKNOWN
    return cells


def _interpret(shade: npt.NDArray[np.float64], file: MapFile) -> npt.NDArray[np.int8]:
    """Occupancy of every brightness from 0 to 1."""
    if file.mode == "raw":
        value = np.floor(shade * 255 + 0.5)
        return np.where(value <= OCCUPIED, value, UNKNOWN).astype(np.int8)
    taken = shade if file.negate else 1.0 - shade
    between = np.full(shade.shape, UNKNOWN, dtype=np.int8)
    if file.mode == "scale":
        part = (taken - file.free_thresh) / (file.occupied_thresh - file.free_thresh)
        between = np.rint(np.clip(part, 0.0, 1.0) * 100).astype(np.int8)
    cells = np.where(taken < file.free_thresh, FREE, between)
    return np.where(taken > file.occupied_thresh, OCCUPIED, cells).astype(np.int8)


def _image_path(path: Path, image: str) -> Path:
    """Where the image is; raises ``UnsafeFileError`` where that is not in the map's own folder."""
    folder = path.resolve().parent
    found = (folder / image).resolve()
    if not found.is_relative_to(folder):
        raise UnsafeFileError(f"{path}: image: '{image}' lies outside the map's folder {folder}")
    return found


def _check(file: MapFile) -> Iterator[tuple[Location, str]]:
    if file.free_thresh >= file.occupied_thresh:
        yield ("free_thresh",), f"must be below occupied_thresh, {file.occupied_thresh:g}, not {file.free_thresh:g}"
    if "\0" in file.image:
        yield ("image",), "is not the name of a file"
