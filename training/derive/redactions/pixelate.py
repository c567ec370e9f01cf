"""Large squares of one colour each."""

import cv2
import numpy as np
import numpy.typing as npt

from training.derive.redactions._pieces import pieces

SQUARES = 6
"""Along the longer side of a piece: too few for a face."""
SMALLEST = 4
"""px: of a square; a face that is far away is as small as eight."""


def redaction(rgb: npt.NDArray[np.uint8], region: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """A new image; each square is the mean of what it covers."""
    result = rgb.copy()
    for window, piece in pieces(region):
        height, width = piece.shape
        side = max(SMALLEST, round(max(height, width) / SQUARES))
        size = max(1, round(width / side)), max(1, round(height / side))
        few = cv2.resize(rgb[window], size, interpolation=cv2.INTER_AREA)
        squares = cv2.resize(few, (width, height), interpolation=cv2.INTER_NEAREST)
        result[window][piece] = squares.reshape(height, width, 3)[piece]
    return result
