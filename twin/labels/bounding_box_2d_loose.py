"""Boxes around the object, hidden parts included."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def bounding_box_2d_loose(given: LabelInput) -> npt.NDArray[np.float32]:
    """Left, top, right, bottom of each object's projected 3D box, clipped to the image.

    In pixels from the image's top left corner, as ``bounding_box_2d_tight``: the first pixel's centre is (0.5, 0.5).
    """
    lens = given.camera.lens
    boxes = given.projected_boxes.astype(np.float32)
    limits = np.array([lens.width, lens.height] * 2, np.float32)
    return np.minimum(np.maximum(boxes, 0, out=boxes), limits, out=boxes)


LABEL = Label(bounding_box_2d_loose, "float32", (OBJECTS, 4), "px")
