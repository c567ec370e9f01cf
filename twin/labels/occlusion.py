"""How much of an object something else hides."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def occlusion(given: LabelInput) -> npt.NDArray[np.float32]:
    """Share of each object's silhouette that other things hide. Only what lies within the image counts."""
    return (1 - given.visible.pixels / np.maximum(given.alone.inside, given.visible.pixels)).astype(np.float32)


LABEL = Label(occlusion, "float32", (OBJECTS,), needs=("renderer",))
