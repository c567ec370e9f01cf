"""The inner loop of distorted images."""

import numpy as np
import numpy.typing as npt

from twin.compiled import compiled

Floats = npt.NDArray[np.float32]


@compiled
def _gentler(a: float, b: float) -> float:
    """The smaller of two slopes; 0 where they have different signs."""
    if a * b <= 0:
        return 0.0
    return a if abs(a) < abs(b) else b


@compiled
def _nearness(
    depth: Floats, instance: npt.NDArray[np.uint16], i: int, j: int, vertical: int, step: int, own: int
) -> float:
    """1 / depth so many pixels right or down of pixel ``i``, ``j``; 0 where something else is seen."""
    i, j = i + vertical * step, j + (1 - vertical) * step
    return 1.0 / depth[i, j] if instance[i, j] == own and depth[i, j] > 0 else 0.0


@compiled
def _carried(
    depth: Floats, instance: npt.NDArray[np.uint16], i: int, j: int, dx: float, dy: float, axial: Floats
) -> float:
    """Depth along the camera's axis at ``dx``, ``dy`` from the centre of pixel ``i``, ``j``; never beyond what this
    pixel and its neighbours show of the object.
    """
    own = instance[i, j]
    near = 1.0 / depth[i, j]
    here = axial[0] + axial[1] * j + axial[2] * i
    low = high = here / near
    exact = near
    for vertical in range(2):
        before = _nearness(depth, instance, i, j, vertical, -1, own)
        after = _nearness(depth, instance, i, j, vertical, 1, own)
        if before > 0:
            z = (here - axial[1 + vertical]) / before
            low, high = min(low, z), max(high, z)
        if after > 0:
            z = (here + axial[1 + vertical]) / after
            low, high = min(low, z), max(high, z)
        slope = 0.0
        if before > 0 and after > 0:
            slope = _gentler(near - before, after - near)
        elif before > 0:  # at the object's edge: it goes on as it came
            second = _nearness(depth, instance, i, j, vertical, -2, own)
            slope = _gentler(near - before, before - second) if second > 0 else 0.0
        elif after > 0:
            second = _nearness(depth, instance, i, j, vertical, 2, own)
            slope = _gentler(after - near, second - after) if second > 0 else 0.0
        exact += (dy if vertical else dx) * slope
    if exact <= 0:
        return low
    return min(max((here + axial[1] * dx + axial[2] * dy) / exact, low), high)


@compiled
def resample(
    rgb: npt.NDArray[np.uint8],
    depth: Floats,
    instance: npt.NDArray[np.uint16],
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
    counts, so what lies behind an edge has no say. Depth along the camera's axis is the source's times
    ``axial[0] + axial[1] * column + axial[2] * row``.
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
        if depth[i, j] > 0:
            out_depth[n] = _carried(depth, instance, i, j, dx, dy, axial)
