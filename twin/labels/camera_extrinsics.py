"""Where the camera is."""

from twin.geometry import FloatArray
from twin.labels._input import LabelInput
from twin.labels._label import Label


def camera_extrinsics(given: LabelInput) -> FloatArray:
    """Pose x, y, z, qw, qx, qy, qz of the camera's OpenCV frame in the world."""
    return given.camera_pose.copy()


LABEL = Label(camera_extrinsics, "float64", (7,), "m")
