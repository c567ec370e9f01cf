"""How much of an object is seen."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def visib_fract(given: LabelInput) -> npt.NDArray[np.float32]:
    """Seen share of each object's silhouette, by BOP's definition: px_count_visib / px_count_all.

    ``px_count_all`` counts the object drawn alone on a canvas of three by three images, so that what the image's edge
    cuts off counts as not seen.
    """
    share = given.visible.pixels / np.maximum(given.alone.pixels, given.visible.pixels)
    return share.astype(np.float32)


LABEL = Label(visib_fract, "float32", (OBJECTS,), needs=("renderer",))
