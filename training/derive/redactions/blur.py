"""A wide Gaussian blur of coarse squares: softer than these alone, and as hard to undo."""

import cv2
import numpy as np
import numpy.typing as npt

from training.derive.redactions import pixelate
from training.derive.redactions._pieces import pieces

WIDTH = 0.08
"""Standard deviation, in longer sides of a piece."""


def redaction(rgb: npt.NDArray[np.uint8], region: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """A new image; details go with the squares, the blur hides their edges."""
    coarse, result = pixelate.redaction(rgb, region), rgb.copy()
    for window, piece in pieces(region):
        sigma = max(1.0, WIDTH * max(piece.shape))
        blurred = np.asarray(cv2.GaussianBlur(coarse[window], (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))
        result[window][piece] = blurred[piece]
    return result
