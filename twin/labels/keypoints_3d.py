"""Points that equipment declares, in space."""

from twin.geometry import FloatArray
from twin.labels._input import LabelInput
from twin.labels._kernels import placed
from twin.labels._label import OBJECTS, POINTS, Label


def keypoints_3d(given: LabelInput) -> FloatArray:
    """World position of each point of each visible object, as in ``keypoints``; NaN where an object has fewer."""
    return placed(given.object_poses, given.table.keypoints, given.objects)


LABEL = Label(keypoints_3d, "float64", (OBJECTS, POINTS, 3), "m")
