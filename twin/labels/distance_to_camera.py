"""Range instead of depth."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import HEIGHT, WIDTH, Label
from twin.lenses import Lens


def distance_to_camera(given: LabelInput) -> npt.NDArray[np.float32]:
    """Straight distance from the camera's centre to what each pixel shows; 0 = no return."""
    return given.frame.depth * _slant(given.camera.lens)


@lru_cache(maxsize=64)
def _slant(lens: Lens) -> npt.NDArray[np.float32]:
    """Metres along each pixel's ray for one metre along the optical axis, (height, width)."""
    x = (np.arange(lens.width) - lens.cx) / lens.fx
    y = (np.arange(lens.height) - lens.cy) / lens.fy
    return np.sqrt(1 + x * x + (y * y)[:, None]).astype(np.float32)


LABEL = Label(distance_to_camera, "float32", (HEIGHT, WIDTH), "m")
