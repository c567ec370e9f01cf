"""The connected pieces of a region, each of which is made unrecognisable by its own size."""

from collections.abc import Iterator
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Window: TypeAlias = tuple[slice, slice]


def pieces(region: npt.NDArray[np.bool_]) -> Iterator[tuple[Window, npt.NDArray[np.bool_]]]:
    """Of each piece its rectangle in the image, and the piece within it."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(region.astype(np.uint8), connectivity=8)
    for k in range(1, count):
        left, top, width, height = stats[k, :4].tolist()
        window = slice(top, top + height), slice(left, left + width)
        yield window, labels[window] == k
