"""The instance image as runs of equal ids: a few thousand numbers that hold everything about areas and extents."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Runs:
    """Row ``row`` holds ``id`` from column ``start`` up to, without, ``stop``. Row by row; background left out."""

    id: Ints
    row: Ints
    start: Ints
    stop: Ints


@dataclass(frozen=True, slots=True)
class Visible:
    """The objects in an image, by ascending id."""

    ids: Ints  # (objects,)
    pixels: Ints  # (objects,)
    extents: Ints  # (objects, 4): left, top, right, bottom; the last two are one behind the last pixel


def runs(image: npt.NDArray[np.uint16]) -> Runs:
    """Runs of an id image (height, width)."""
    width = image.shape[1]
    begins = np.ones(image.shape, dtype=bool)
    np.not_equal(image[:, 1:], image[:, :-1], out=begins[:, 1:])
    at = np.flatnonzero(begins)
    ids = image.ravel()[at].astype(np.int64)
    shown = ids > 0
    ends = np.append(at[1:], image.size)[shown]
    at, ids = at[shown], ids[shown]
    row = at // width
    return Runs(ids, row, at - row * width, ends - row * width)


def visible(found: Runs, width: int) -> Visible:
    """Ids, areas and extents of everything in the runs of an image ``width`` wide."""
    pixels = np.bincount(found.id, weights=found.stop - found.start)
    ids = np.flatnonzero(pixels)
    slot = np.empty(len(pixels), dtype=np.int64)
    slot[ids] = np.arange(len(ids))
    which = slot[found.id]
    extents = np.empty((len(ids), 4), dtype=np.int64)
    extents[:, 0], extents[:, 2] = width, 0
    np.minimum.at(extents[:, 0], which, found.start)
    np.maximum.at(extents[:, 2], which, found.stop)
    # Rows ascend, and of repeated indices the last assignment stays.
    extents[which[::-1], 1] = found.row[::-1]
    extents[which, 3] = found.row + 1
    return Visible(ids, pixels[ids].astype(np.int64), extents)
