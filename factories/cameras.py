"""Cameras that show a whole hall."""

import math
from typing import TYPE_CHECKING

import numpy as np

from twin.geometry import FloatArray, matrix_from_quaternion, quaternion_from_matrix
from twin.lenses import Lens
from twin.scene import Camera, Pose, Vec3

if TYPE_CHECKING:
    from factories.layout import Layout

PIXELS = 960
"""Along the longer side."""
MARGIN = 1.04


def overview_cameras(layout: "Layout") -> tuple[Camera, Camera]:
    """``overview`` looks straight down, north up; ``perspective`` looks over the south-west corner."""
    x0, y0, x1, y1 = layout.bounds
    width, depth = layout.size
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    scale = PIXELS / max(width, depth)
    fov = math.radians(26)
    height = layout.height + (depth * 1.05 / 2) / math.tan(fov / 2)
    top = Lens.from_fov(
        round(width * scale), round(depth * scale), fov, near=0.5 * (height - layout.height), far=1.5 * height
    )
    overview = Camera("overview", pose=Pose((x, y, height), (0.0, 1.0, 0.0, 0.0)), lens=top)
    lens = Lens.from_fov(PIXELS, PIXELS * 5 // 8, math.radians(40), near=0.5, far=2000.0)
    return overview, Camera("perspective", pose=_framed((0.3, 0.7, -1.15), lens, _corners(layout)), lens=lens)


def _corners(layout: "Layout") -> FloatArray:
    x0, y0, x1, y1 = layout.bounds
    return np.array([(x, y, z) for x in (x0, x1) for y in (y0, y1) for z in (0.0, layout.height)])


def _framed(forward: Vec3, lens: Lens, points: FloatArray) -> Pose:
    """Looks in direction ``forward`` from the nearest place that has all points in the picture."""
    turn = look_at((0.0, 0.0, 0.0), forward).quaternion
    axes = matrix_from_quaternion(turn)
    seen = points @ axes
    slopes = np.array([lens.width / 2 / lens.fx, lens.height / 2 / lens.fy]) / MARGIN
    # From (a, b, -d) in camera axes the borders of the picture touch the outermost points on both sides.
    low = (-seen[:, :2] - slopes * seen[:, 2:]).max(axis=0)
    high = (seen[:, :2] - slopes * seen[:, 2:]).max(axis=0)
    distance = float(((low + high) / 2 / slopes).max())
    eye = axes @ np.array([*(high - low) / 2, -distance])
    return Pose((float(eye[0]), float(eye[1]), float(eye[2])), turn)


def look_at(eye: Vec3, target: Vec3) -> Pose:
    """Pose of an upright OpenCV camera at ``eye`` with ``target`` in its middle; not for looking straight down."""
    forward = np.subtract(target, eye)
    forward = forward / np.linalg.norm(forward)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right = right / np.linalg.norm(right)
    matrix = np.stack([right, np.cross(forward, right), forward], axis=-1)
    return Pose.of([*eye, *quaternion_from_matrix(matrix)])
