"""Which objects an image shows, and where: everything that its ids alone tell."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.errors import InputError
from twin.labels._kernels import count
from twin.labels._objects import ObjectTable, Rows


@dataclass(frozen=True, slots=True)
class Visible:
    """The objects in an image, by ascending id."""

    rows: Rows  # (objects,) of the object table
    pixels: Rows  # (objects,)
    extents: Rows  # (objects, 4): left, top, right, bottom; the last two are one behind the last pixel


def visible(image: npt.NDArray[np.uint16], table: ObjectTable, scene: str) -> Visible:
    """Raises ``InputError`` for an id that the table does not have."""
    height, width = image.shape
    pixels = np.zeros(len(table.id), np.int64)
    extents = np.empty((len(table.id), 4), np.int64)
    extents[:] = width, height, 0, 0
    stranger = count(image, table.row_of_id, pixels, extents)
    if stranger:
        raise InputError(f"the image shows the instance id {stranger}, which scene '{scene}' does not have")
    rows = np.flatnonzero(pixels)
    return Visible(rows, pixels[rows], extents[rows])
