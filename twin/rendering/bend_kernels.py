"""The inner loop of distorted images."""

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float32]


@njit(cache=True, nogil=True)
def _gentler(a: float, b: float) -> float:
    """The smaller of two slopes; 0 where they have different signs."""
    if a * b <= 0:
        return 0.0
    return a if abs(a) < abs(b) else b


@njit(cache=True, nogil=True)
def resample(
    rgb: npt.NDArray[np.uint8],
    depth: Floats,
    instance: npt.NDArray[np.uint16],
    far: float,
    target: npt.NDArray[np.int64],
    row: npt.NDArray[np.int32],
    column: npt.NDArray[np.int32],
    right: Floats,
    down: Floats,
    axial: Floats,
    out_rgb: npt.NDArray[np.uint8],
    out_depth: Floats,
    out_instance: npt.NDArray[np.uint16],
) -> None:
    """Fill the pixels ``target`` of flat images from a pinhole's.

    Each takes the id of its nearest source pixel (``row``, ``column``), and mixes colours with that pixel's neighbours
    on the side where it lies, ``right`` and ``down`` in [-0.5, 0.5]. Depth is the nearest pixel's too, carried to
    where the ray really passes: on a plane 1 / z is linear in the image. Of the slopes to both sides the gentler one
    counts, so what lies behind an edge has no say. ``axial``: depth for 1 m of the source's.
    """
    for k in range(len(target)):
        i, j, n = row[k], column[k], target[k]
        dx, dy = right[k], down[k]
        i2 = i + (1 if dy > 0 else -1)
        j2 = j + (1 if dx > 0 else -1)
        wx, wy = abs(dx), abs(dy)
        for c in range(3):
            here = (1 - wx) * rgb[i, j, c] + wx * rgb[i, j2, c]
            there = (1 - wx) * rgb[i2, j, c] + wx * rgb[i2, j2, c]
            out_rgb[n, c] = np.uint8((1 - wy) * here + wy * there + 0.5)
        out_instance[n] = instance[i, j]
        z = depth[i, j]
        if z > 0:
            near = 1.0 / z
            left_, right_ = depth[i, j - 1], depth[i, j + 1]
            up_, down_ = depth[i - 1, j], depth[i + 1, j]
            slope_x = _gentler(near - (1.0 / left_ if left_ > 0 else 0.0), (1.0 / right_ if right_ > 0 else 0.0) - near)
            slope_y = _gentler(near - (1.0 / up_ if up_ > 0 else 0.0), (1.0 / down_ if down_ > 0 else 0.0) - near)
            exact = near + dx * slope_x + dy * slope_y
            if exact * far >= 1.0:
                z = 1.0 / exact
        out_depth[n] = z * axial[k]
