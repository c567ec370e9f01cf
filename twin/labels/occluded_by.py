"""What stands in front."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def occluded_by(given: LabelInput) -> npt.NDArray[np.uint16]:
    """Instance id of what hides most of each object within the image; 0 for nothing."""
    return given.alone.occluder.copy()


LABEL = Label(occluded_by, "uint16", (OBJECTS,), needs=("renderer",))
