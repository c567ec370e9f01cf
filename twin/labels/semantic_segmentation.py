"""What kind of thing each pixel shows."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import HEIGHT, WIDTH, Label


def semantic_segmentation(given: LabelInput) -> npt.NDArray[np.uint16]:
    """Class id of each pixel, as in ``twin.taxonomy``; 0 is background."""
    given.check_ids()
    return given.table.class_of_id[given.frame.instance]


LABEL = Label(semantic_segmentation, "uint16", (HEIGHT, WIDTH))
