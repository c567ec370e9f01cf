"""How far away objects are."""

from twin.geometry import FloatArray
from twin.labels._input import LabelInput
from twin.labels._kernels import gaps
from twin.labels._label import OBJECTS, Label


def distance(given: LabelInput) -> FloatArray:
    """Metres from the camera's centre to the nearest point of each visible object's 3D box; 0 inside it."""
    return gaps(given.camera_poses, given.table.center, given.table.size, given.objects)


LABEL = Label(distance, "float64", (OBJECTS,), "m")
