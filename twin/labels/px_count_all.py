"""How large an object would be."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def px_count_all(given: LabelInput) -> npt.NDArray[np.int32]:
    """Area of each object's silhouette with nothing in front, also outside the image; see ``visib_fract``."""
    return given.alone.pixels.astype(np.int32)


LABEL = Label(px_count_all, "int32", (OBJECTS,), "px", needs=("renderer",))
