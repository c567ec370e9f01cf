"""Boxes around what is seen."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def bounding_box_2d_tight(given: LabelInput) -> npt.NDArray[np.int32]:
    """Left, top, right, bottom of each object's mask in pixels from the image's top left corner.

    The last two are one behind the last pixel, so widths are differences.
    """
    return given.visible.extents.astype(np.int32)


LABEL = Label(bounding_box_2d_tight, "int32", (OBJECTS, 4), "px")
