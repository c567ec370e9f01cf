"""Pixels lie on surfaces."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from twin.geometry import matrix_from_quaternion
from twin.labels._input import LabelInput
from twin.labels._rays import rays
from twin.labels.audit._kernels import surface_gaps
from twin.labels.audit._problem import Problem
from twin.labels.audit._surfaces import surfaces
from twin.lenses import bends

SAMPLES = 400
"""Pixels looked at in one frame, at least; spread evenly."""
MARGIN, STEEPNESS = 0.006, 0.002
"""Metres, and the share of its depth, by which a pixel may lie off the surface."""
SHARE, LEAST = 0.2, 3
"""Of an object's pixels this share, and this many, must be off before it counts."""


def check(given: LabelInput) -> Iterator[Problem]:
    """Pixels, put back into the world by depth, lens and camera pose, lie on the geoms of the object they belong to.

    Finds flips, wrong units, wrong calibration, wrong poses of camera or objects and frames out of step with the
    states, from some centimetres on. Cannot find what moves a surface within itself: a floor that slides, a
    pillar turned about its axis. Small objects may lie between the pixels looked at.
    """
    depth, image = given.frame.depth, given.frame.instance
    step = max(1, depth.size // SAMPLES)
    at = np.arange(step // 2, depth.size, step + (step % 2 == 0 and depth.shape[1] % 2 == 0))
    z, ids = depth.ravel()[at], image.ravel()[at]
    at, z, ids = at[(z > 0) & (ids > 0)], z[(z > 0) & (ids > 0)], ids[(z > 0) & (ids > 0)]
    local = np.ones((len(at), 3))
    local[:, :2] = rays(given.camera.lens).reshape(-1, 2)[at]
    local *= z[:, None]
    world = local @ matrix_from_quaternion(given.camera_pose[3:]).T + given.camera_pose[:3]
    lens = given.camera.lens
    allowed = np.asarray(MARGIN + STEEPNESS * z, dtype=np.float64)
    if bends(lens):  # ids are those of the nearest pixel of a pinhole, so outlines are up to a pixel off
        allowed += np.linalg.norm(local, axis=1) / min(lens.fx, lens.fy)
    row = given.table.row_of_id[ids]
    solids: Any = surfaces(given.scene).arrays()
    gaps = surface_gaps(world, row, allowed, given.poses, *solids)
    off = np.bincount(row, gaps > allowed, minlength=len(given.table.id))
    total = np.bincount(row, minlength=len(given.table.id))
    for bad in np.flatnonzero((off >= LEAST) & (off > SHARE * total)):
        instance = given.table.instances[bad]
        mean = gaps[(row == bad) & np.isfinite(gaps)].mean()
        text = (
            f"{off[bad]:.0f} of {total[bad]} pixels of '{instance.name}' (id {instance.id}) lie off its surface, "
            f"{mean:.3f} m on average"
        )
        yield Problem("pose_and_reprojection", "instance", text)
