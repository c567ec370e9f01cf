"""Compiled loops over the pixels of a frame that is recorded."""

import numpy as np
import numpy.typing as npt

from twin.compiled import compiled


@compiled
def scaled_to_uint16(values: npt.NDArray[np.float32], scale: np.float32, out: npt.NDArray[np.uint16]) -> None:
    """Round ``values * scale`` (n,) into ``out`` (n,); 0 for what is negative, not a number or too large."""
    for i in range(len(values)):
        value = np.rint(values[i] * scale)
        out[i] = np.uint16(value) if 0 < value <= np.float32(65535) else np.uint16(0)


@compiled
def count_visible(images: npt.NDArray[np.uint16], visible: npt.NDArray[np.int64]) -> None:
    """Add to ``visible`` (65536,), for each id, in how many of the ``images`` (n, pixels) it is."""
    last = np.full(len(visible), -1, np.int64)
    for k in range(len(images)):
        for pixel in images[k]:
            if last[pixel] != k:
                last[pixel] = k
                visible[pixel] += 1
