"""Where objects are as the camera sees it."""

from twin.geometry import FloatArray
from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def pose_camera(given: LabelInput) -> FloatArray:
    """Pose x, y, z, qw, qx, qy, qz of each visible object's frame in the camera's OpenCV frame."""
    return given.camera_poses.copy()


LABEL = Label(pose_camera, "float64", (OBJECTS, 7), "m")
