"""What a pair of cameras side by side makes of depth."""

import numpy as np
import numpy.typing as npt

from twin.errors import InputError
from twin.lenses import Lens, bends


def disparity(depth: npt.NDArray[np.float32], lens: Lens, baseline: float) -> npt.NDArray[np.float32]:
    """How many pixels further left the right camera sees each pixel of the left one: fx * baseline / depth.

    ``depth`` (..., height, width) along the optical axis, ``baseline`` in metres; 0 = no return. Raises ``InputError``
    for lenses that distort: there disparity exists only after rectification.
    """
    if bends(lens):
        raise InputError("disparity needs pinholes: rectify the images of a lens that distorts first")
    if not baseline > 0:
        raise InputError(f"the baseline must be above 0 m, not {baseline}")
    return np.divide(lens.fx * baseline, depth, out=np.zeros_like(depth), where=depth > 0)
