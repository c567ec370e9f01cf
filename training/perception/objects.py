"""Boxes of what a frame shows, from its ids."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Objects(NamedTuple):
    """A row an object. Boxes are left, top, right, bottom in px from the image's top-left corner."""

    boxes: npt.NDArray[np.float32]  # (n, 4)
    classes: npt.NDArray[np.int64]  # (n,) numbers of learned classes, from 1
    small: npt.NDArray[np.bool_]  # (n,) shown by too few pixels to be asked for; finding one is no mistake either


def objects(instance: npt.NDArray[np.uint16], classes: npt.NDArray[np.uint8], min_pixels: int) -> Objects:
    """The learned objects of one image, from instance ids (h, w) and learned classes (h, w)."""
    rows, columns = np.nonzero(classes)
    if not len(rows):
        return Objects(np.zeros((0, 4), np.float32), np.zeros(0, np.int64), np.zeros(0, bool))
    ids, first, which, pixels = np.unique(
        instance[rows, columns], return_index=True, return_inverse=True, return_counts=True
    )
    low = np.full((2, len(ids)), np.iinfo(np.int64).max)
    high = np.zeros((2, len(ids)), np.int64)
    for axis, places in enumerate((columns, rows)):
        np.minimum.at(low[axis], which, places)
        np.maximum.at(high[axis], which, places + 1)
    boxes = np.stack([*low, *high], axis=1).astype(np.float32)
    return Objects(boxes, classes[rows[first], columns[first]].astype(np.int64), pixels < min_pixels)
