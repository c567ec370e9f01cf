"""Range instead of depth."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import HEIGHT, WIDTH, Label
from twin.labels._rays import slant


def distance_to_camera(given: LabelInput) -> npt.NDArray[np.float32]:
    """Straight distance from the camera's centre to what each pixel shows; 0 = no return."""
    return given.frame.depth * slant(given.camera.lens)


LABEL = Label(distance_to_camera, "float32", (HEIGHT, WIDTH), "m")
