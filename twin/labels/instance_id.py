"""Which objects are visible: what the rows of all labels of objects stand for."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def instance_id(given: LabelInput) -> npt.NDArray[np.uint16]:
    """Instance ids of the objects with at least one pixel, ascending."""
    return given.ids


LABEL = Label(instance_id, "uint16", (OBJECTS,))
