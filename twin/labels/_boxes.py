"""3D boxes seen through a lens, also when they reach behind it."""

import numpy as np

from twin.geometry import FloatArray
from twin.labels._kernels import slopes
from twin.lenses import Lens, bends, project

_EDGES = np.array([(a, a | 1 << axis) for axis in range(3) for a in range(8) if not a >> axis & 1])
_SAMPLES = np.linspace(0.0, 1.0, 17)[:, None, None]
"""Where straight edges become curves they are followed in so many steps."""


def projected(corners: FloatArray, lens: Lens) -> FloatArray:
    """Rectangles (n, 4) left, top, right, bottom around boxes with ``corners`` (n, 8, 3) in the camera frame.

    In pixels from the image's top left corner, not clipped to the image. The boxes are cut at the near plane; the
    rectangle of one that lies wholly behind it is not finite.
    """
    if bends(lens):
        return _followed(corners, lens)
    boxes = slopes(corners, lens.near)
    boxes *= (lens.fx, lens.fy, lens.fx, lens.fy)
    boxes += (lens.cx + 0.5, lens.cy + 0.5, lens.cx + 0.5, lens.cy + 0.5)
    return boxes


def _followed(corners: FloatArray, lens: Lens) -> FloatArray:
    """For lenses that bend lines: points along the twelve edges, projected one by one."""
    first, second = corners[:, None, _EDGES[:, 0]], corners[:, None, _EDGES[:, 1]]
    rise = second[..., 2:] - first[..., 2:]
    cut = np.divide(lens.near - first[..., 2:], rise, out=np.zeros_like(rise), where=rise != 0)
    from_near = np.where(first[..., 2:] < lens.near, cut, 0.0)
    to_near = np.where(second[..., 2:] < lens.near, cut, 1.0)
    points = first + (from_near + _SAMPLES * (to_near - from_near)) * (second - first)
    points[points[..., 2] < lens.near * (1 - 1e-9)] = np.nan
    pixels = project(lens, points.reshape(len(corners), -1, 3)) + 0.5
    low = np.fmin.reduce(pixels, axis=1, initial=np.inf)
    return np.concatenate([low, np.fmax.reduce(pixels, axis=1, initial=-np.inf)], axis=1)
