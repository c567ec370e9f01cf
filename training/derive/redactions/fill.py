"""One colour for the whole region: nothing of it is left."""

import numpy as np
import numpy.typing as npt

from training.derive.redactions._pieces import pieces


def redaction(rgb: npt.NDArray[np.uint8], region: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """A new image; each piece is its own mean colour."""
    result = rgb.copy()
    for window, piece in pieces(region):
        result[window][piece] = np.rint(rgb[window][piece].mean(axis=0)).astype(np.uint8)
    return result
