"""Masks lie in boxes."""

from collections.abc import Iterator

import numpy as np

from twin.labels._input import LabelInput
from twin.labels.audit._problem import Problem
from twin.lenses import bends

MARGIN = 1.01
"""Pixels: half of one because a pixel belongs to a mask by its centre, half of one for what is drawn as polygons."""
BENT_MARGIN = 2.0
"""The same for lenses that bend lines: their images are resampled."""


def check(given: LabelInput) -> Iterator[Problem]:
    """Each object's mask lies within its projected 3D box, and none of what is behind the camera has a mask.

    Finds flips, shifts, wrong calibration and poses that are out of step, where they move an object by some pixels
    towards what its box does not cover. Cannot find a mask that is too small, or is wrong within its box.
    """
    margin = BENT_MARGIN if bends(given.camera.lens) else MARGIN
    mask, box = given.visible.extents, given.projected_boxes
    beyond = np.maximum(box[:, :2] - mask[:, :2], mask[:, 2:] - box[:, 2:]).max(axis=1, initial=0.0)
    behind = given.corners[..., 2].max(axis=1) < given.camera.lens.near
    for row in np.flatnonzero((beyond > margin) | behind):
        instance = given.table.instances[given.objects[row]]
        wrong = (
            "shows, but it lies behind the camera" if behind[row] else f"reaches {beyond[row]:.1f} px out of its box"
        )
        yield Problem("box_and_mask", "instance", f"the mask of '{instance.name}' (id {instance.id}) {wrong}")
