"""Boxes around the whole object, hidden parts included."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def bounding_box_2d_loose(given: LabelInput) -> npt.NDArray[np.float32]:
    """Left, top, right, bottom of each object's projected 3D box, clipped to the image.

    In pixels from the image's top left corner, as ``bounding_box_2d_tight``: the first pixel's centre is (0.5, 0.5).
    """
    lens = given.camera.lens
    return np.clip(given.projected_boxes, 0, [lens.width, lens.height] * 2).astype(np.float32)


LABEL = Label(bounding_box_2d_loose, "float32", (OBJECTS, 4), "px")
