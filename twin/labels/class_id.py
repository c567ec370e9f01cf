"""The kind of each visible object."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def class_id(given: LabelInput) -> npt.NDArray[np.uint16]:
    """Class id of each visible object, as in ``twin.taxonomy``."""
    return given.table.class_id[given.objects]


LABEL = Label(class_id, "uint16", (OBJECTS,))
