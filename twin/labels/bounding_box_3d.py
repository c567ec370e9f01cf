"""Oriented boxes in space."""

import numpy as np

from twin.geometry import FloatArray
from twin.labels._input import LabelInput
from twin.labels._kernels import placed
from twin.labels._label import OBJECTS, Label


def bounding_box_3d(given: LabelInput) -> FloatArray:
    """Oriented box of each visible object in the world: centre x, y, z, orientation qw, qx, qy, qz, full size x, y, z.

    It holds the whole object, hidden parts included.
    """
    world, rows = given.object_poses, given.objects
    boxes = np.empty((len(rows), 10))
    boxes[:, :3] = placed(world, given.table.center[:, None], rows)[:, 0]
    boxes[:, 3:7] = world[:, 3:]
    boxes[:, 7:] = given.table.size[rows]
    return boxes


LABEL = Label(bounding_box_3d, "float64", (OBJECTS, 10), "m")
