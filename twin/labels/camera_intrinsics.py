"""The lens."""

from twin.geometry import FloatArray
from twin.labels._input import LabelInput
from twin.labels._label import Label


def camera_intrinsics(given: LabelInput) -> FloatArray:
    """Matrix K; the centre of the first pixel is (0, 0), as in OpenCV."""
    return given.camera.lens.matrix()


LABEL = Label(camera_intrinsics, "float64", (3, 3), "px")
