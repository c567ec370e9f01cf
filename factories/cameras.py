"""Cameras that show a whole hall."""

import math
from typing import TYPE_CHECKING

import numpy as np

from twin.geometry import quaternion_from_matrix
from twin.scene import Camera, Lens, Pose, Vec3

if TYPE_CHECKING:
    from factories.layout import Layout

PIXELS = 960
"""Along the longer side."""


def overview_cameras(layout: "Layout") -> tuple[Camera, Camera]:
    """``overview`` looks straight down, north up; ``perspective`` looks over the south-west corner."""
    x0, y0, x1, y1 = layout.bounds
    width, depth = layout.size
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    scale = PIXELS / max(width, depth)
    fov = math.radians(40)
    height = layout.height + (depth * 1.05 / 2) / math.tan(fov / 2)
    top = Lens.from_fov(round(width * scale), round(depth * scale), fov, near=1.0, far=2 * height)
    overview = Camera("overview", pose=Pose((x, y, height), (0.0, 1.0, 0.0, 0.0)), lens=top)
    reach = max(width, depth)
    eye = (x - 0.42 * reach, y - 0.62 * reach, layout.height + 0.55 * reach)
    lens = Lens.from_fov(PIXELS, PIXELS * 5 // 8, math.radians(42), near=0.5, far=4 * reach + layout.height)
    return overview, Camera("perspective", pose=look_at(eye, (x, y - 0.05 * depth, 0.0)), lens=lens)


def look_at(eye: Vec3, target: Vec3) -> Pose:
    """Pose of an upright OpenCV camera at ``eye`` with ``target`` in its middle; not for looking straight down."""
    forward = np.subtract(target, eye)
    forward = forward / np.linalg.norm(forward)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right = right / np.linalg.norm(right)
    matrix = np.stack([right, np.cross(forward, right), forward], axis=-1)
    return Pose.of([*eye, *quaternion_from_matrix(matrix)])
