"""Where objects are, in six degrees of freedom."""

import numpy as np

from twin.geometry import FloatArray, quaternion_conjugate, quaternion_multiply
from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def pose(given: LabelInput) -> FloatArray:
    """Pose x, y, z, qw, qx, qy, qz of each visible object's frame: [:, 0] in the world, [:, 1] in the camera's."""
    world, camera = given.object_poses, given.camera_pose
    poses = np.empty((len(world), 2, 7))
    poses[:, 0] = world
    poses[:, 1, :3] = (world[:, :3] - camera[:3]) @ given.camera_rotation
    poses[:, 1, 3:] = quaternion_multiply(quaternion_conjugate(camera[3:]), world[:, 3:])
    return poses


LABEL = Label(pose, "float64", (OBJECTS, 2, 7), "m")
