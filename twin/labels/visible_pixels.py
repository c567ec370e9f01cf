"""How much of each object is seen."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def visible_pixels(given: LabelInput) -> npt.NDArray[np.int32]:
    """Area of each object's mask."""
    return given.visible.pixels.astype(np.int32)


LABEL = Label(visible_pixels, "int32", (OBJECTS,), "px")
