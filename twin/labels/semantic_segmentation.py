"""What kind of thing each pixel shows."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._kernels import look_up
from twin.labels._label import HEIGHT, WIDTH, Label


def semantic_segmentation(given: LabelInput) -> npt.NDArray[np.uint16]:
    """Class id of each pixel, as in ``twin.taxonomy``; 0 is background."""
    _ = given.visible  # refuses ids that are not in the table
    made = np.empty(given.frame.instance.shape, np.uint16)
    look_up(given.frame.instance, given.table.class_of_id, made)
    return made


LABEL = Label(semantic_segmentation, "uint16", (HEIGHT, WIDTH))
