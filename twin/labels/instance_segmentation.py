"""Which object each pixel shows."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import HEIGHT, WIDTH, Label


def instance_segmentation(given: LabelInput) -> npt.NDArray[np.uint16]:
    """Instance id of each pixel; 0 is background."""
    return given.frame.instance.copy()


LABEL = Label(instance_segmentation, "uint16", (HEIGHT, WIDTH))
