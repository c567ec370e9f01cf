"""Boxes around the whole object, also outside the image."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def bounding_box_2d_amodal(given: LabelInput) -> npt.NDArray[np.float32]:
    """Left, top, right, bottom of each object's projected 3D box, whatever hides it and wherever the image ends.

    In pixels from the image's top left corner, as ``bounding_box_2d_tight``; cut at the near plane.
    """
    return given.projected_boxes.astype(np.float32)


LABEL = Label(bounding_box_2d_amodal, "float32", (OBJECTS, 4), "px")
