"""How much of an object lies outside the image."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def truncation(given: LabelInput) -> npt.NDArray[np.float32]:
    """Share of each object's projected 3D box that the image's edge cuts off: 0 wholly inside, towards 1 outside."""
    lens, whole = given.camera.lens, given.projected_boxes
    inside = np.minimum(np.maximum(whole, 0), np.array([lens.width, lens.height] * 2))
    whole_area = _area(whole)
    share = np.divide(_area(inside), whole_area, out=np.ones_like(whole_area), where=whole_area > 0)
    return np.clip(1 - share, 0, 1).astype(np.float32)


def _area(boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


LABEL = Label(truncation, "float32", (OBJECTS,))
