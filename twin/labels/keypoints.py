"""Points that equipment declares, in the image."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._kernels import mark, placed
from twin.labels._label import OBJECTS, POINTS, Label
from twin.lenses import project

TOLERANCE = 0.03
"""Metres by which a point may lie behind what its pixel shows."""
STEEPNESS = 0.01
"""The same, of each metre of depth: a pixel is a patch, and patches grow with distance."""


def keypoints(given: LabelInput) -> npt.NDArray[np.float32]:
    """u, v and visibility of each point of each visible object, in the order in which its kind declares them.

    Pixels from the image's top left corner, as boxes. Visibility as in COCO: 2 seen, 1 in the image but hidden, 0 (and
    u = v = 0) outside the image or where an object has no such point. A point is hidden where all four pixels around
    it show something nearer.
    """
    lens, points = given.camera.lens, placed(given.camera_poses, given.table.keypoints, given.objects)
    made = np.empty(points.shape, np.float32)
    mark(project(lens, points) + 0.5, points, given.frame.depth, lens.near, TOLERANCE, STEEPNESS, made)
    return made


LABEL = Label(keypoints, "float32", (OBJECTS, POINTS, 3), "px")
