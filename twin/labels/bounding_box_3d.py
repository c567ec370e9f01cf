"""Oriented boxes in space."""

import numpy as np

from twin.geometry import FloatArray
from twin.labels._input import LabelInput
from twin.labels._label import OBJECTS, Label


def bounding_box_3d(given: LabelInput) -> FloatArray:
    """Oriented box of each visible object in the world: centre x, y, z, orientation qw, qx, qy, qz, full size x, y, z.

    It holds the whole object, hidden parts included.
    """
    center = (given.corners[:, 0] + given.corners[:, 7]) / 2
    return np.concatenate([center, given.object_poses[:, 3:], given.table.size[given.objects]], axis=1)


LABEL = Label(bounding_box_3d, "float64", (OBJECTS, 10), "m")
