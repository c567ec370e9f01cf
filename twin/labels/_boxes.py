"""3D boxes seen by a pinhole, also when they reach behind it."""

import numpy as np

from twin.geometry import FloatArray
from twin.lenses import Lens

_EDGES = np.array([(a, a | 1 << axis) for axis in range(3) for a in range(8) if not a >> axis & 1])


def projected(corners: FloatArray, lens: Lens) -> FloatArray:
    """Rectangles (n, 4) left, top, right, bottom around boxes with ``corners`` (n, 8, 3) in the camera frame.

    In pixels from the image's top left corner, not clipped to the image. The boxes are cut at the near plane; the
    rectangle of one that lies wholly behind it is not finite.
    """
    hidden = corners[..., 2] < lens.near
    boxes = _rectangles(corners, lens)
    cut = np.flatnonzero(hidden.any(axis=1))
    if cut.size:
        points = np.concatenate([corners[cut], _cuts(corners[cut], lens.near)], axis=1)
        points[:, :8][hidden[cut]] = np.nan
        boxes[cut] = _rectangles(points, lens)
    return boxes


def _cuts(corners: FloatArray, near: float) -> FloatArray:
    """Where the twelve edges (n, 12, 3) go through the near plane, NaN where they do not."""
    first, second = corners[:, _EDGES[:, 0]], corners[:, _EDGES[:, 1]]
    rise = second[..., 2] - first[..., 2]
    share = np.divide(near - first[..., 2], rise, out=np.full(rise.shape, np.nan), where=rise != 0)
    share[(share < 0) | (share > 1)] = np.nan
    return first + share[..., None] * (second - first)


def _rectangles(points: FloatArray, lens: Lens) -> FloatArray:
    """Rectangles (n, 4) around points (n, k, 3); NaN points do not count."""
    points = np.ascontiguousarray(points.transpose(1, 0, 2))  # reducing the first axis is several times faster
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = points[..., :2] / points[..., 2:]
    scale, shift = (lens.fx, lens.fy), (lens.cx + 0.5, lens.cy + 0.5)
    low, high = np.fmin.reduce(slopes, axis=0), np.fmax.reduce(slopes, axis=0)
    return np.concatenate([low * scale + shift, high * scale + shift], axis=1)
