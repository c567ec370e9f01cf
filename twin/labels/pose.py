"""Where objects are, in six degrees of freedom."""

from twin.geometry import FloatArray
from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def pose(given: LabelInput) -> FloatArray:
    """Pose x, y, z, qw, qx, qy, qz of each visible object's frame in the world."""
    return given.object_poses.copy()


LABEL = Label(pose, "float64", (OBJECTS, 7), "m")
