"""Compiled loops over images and over objects; each looks at a pixel or a corner once."""

from math import inf, sqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from twin.compiled import compiled
from twin.geometry import FloatArray
from twin.sensors.ray_kernels import inverse_rotation, turned

Ints: TypeAlias = npt.NDArray[np.int64]
Ids: TypeAlias = npt.NDArray[np.uint16]
Depth: TypeAlias = npt.NDArray[np.float32]


@compiled
def count(image: Ids, row_of_id: Ints, pixels: Ints, extents: Ints) -> int:
    """Add up areas (rows,) and extents (rows, 4) left, top, right, bottom; the first id without a row, or 0.

    ``extents`` come in as (width, height, 0, 0); the last two are one behind the last pixel.
    """
    height, width = image.shape
    for v in range(height):
        u = 0
        while u < width:
            ident = image[v, u]
            start = u
            u += 1
            while u < width and image[v, u] == ident:
                u += 1
            if ident == 0:
                continue
            if ident >= len(row_of_id) or row_of_id[ident] < 0:
                return int(ident)
            row = row_of_id[ident]
            pixels[row] += u - start
            box = extents[row]
            box[0] = min(box[0], start)
            box[1] = min(box[1], v)
            box[2] = max(box[2], u)
            box[3] = v + 1
    return 0


@compiled
def look_up(image: Ids, table: Ids, out: Ids) -> None:
    """``table[image]`` for ids that are known to stand in the table."""
    flat, target = image.ravel(), out.ravel()
    for i in range(len(flat)):
        target[i] = table[flat[i]]


@compiled
def seen_from(viewer: FloatArray, poses: FloatArray, rows: Ints) -> FloatArray:
    """Poses (n, 7) of ``poses[rows]`` in the frame of ``viewer`` (7,); all given in one frame."""
    out = np.empty((len(rows), 7))
    turn = inverse_rotation(viewer[3:])
    w, x, y, z = viewer[3], -viewer[4], -viewer[5], -viewer[6]
    for k in range(len(rows)):
        pose, made = poses[rows[k]], out[k]
        made[0], made[1], made[2] = turned(turn, pose[0] - viewer[0], pose[1] - viewer[1], pose[2] - viewer[2])
        a, b, c, d = pose[3], pose[4], pose[5], pose[6]
        made[3] = w * a - x * b - y * c - z * d
        made[4] = w * b + x * a + y * d - z * c
        made[5] = w * c - x * d + y * a + z * b
        made[6] = w * d + x * c - y * b + z * a
    return out


@compiled
def placed(poses: FloatArray, points: FloatArray, rows: Ints) -> FloatArray:
    """Points (n, k, 3) that are ``points[rows]`` in frames with ``poses`` (n, 7)."""
    out = np.empty((len(rows), points.shape[1], 3))
    for k in range(len(rows)):
        back = inverse_rotation(poses[k, 3:])
        for j in range(points.shape[1]):
            x, y, z = points[rows[k], j]
            out[k, j, 0] = poses[k, 0] + back[0] * x + back[3] * y + back[6] * z
            out[k, j, 1] = poses[k, 1] + back[1] * x + back[4] * y + back[7] * z
            out[k, j, 2] = poses[k, 2] + back[2] * x + back[5] * y + back[8] * z
    return out


@compiled
def slopes(corners: FloatArray, near: float) -> FloatArray:
    """Extents (n, 4) of x / z and y / z over boxes with ``corners`` (n, 8, 3) in the camera frame: least x, least y,
    greatest x, greatest y. Boxes are cut at z = near; what lies wholly behind it is (inf, inf, -inf, -inf).
    """
    out = np.empty((len(corners), 4))
    for k in range(len(corners)):
        box, made = corners[k], out[k]
        made[0], made[1], made[2], made[3] = inf, inf, -inf, -inf
        for j in range(8):
            if box[j, 2] >= near:
                _widen(made, box[j, 0] / box[j, 2], box[j, 1] / box[j, 2])
            for axis in range(3):
                other = j ^ (1 << axis)  # the edge to this corner's neighbour, cut where it goes through the plane
                if box[j, 2] < near < box[other, 2]:
                    share = (near - box[j, 2]) / (box[other, 2] - box[j, 2])
                    x = box[j, 0] + share * (box[other, 0] - box[j, 0])
                    y = box[j, 1] + share * (box[other, 1] - box[j, 1])
                    _widen(made, x / near, y / near)
    return out


@compiled
def _widen(box: FloatArray, x: float, y: float) -> None:
    box[0], box[1] = min(box[0], x), min(box[1], y)
    box[2], box[3] = max(box[2], x), max(box[3], y)


@compiled
def gaps(poses: FloatArray, center: FloatArray, size: FloatArray, rows: Ints) -> FloatArray:
    """Metres (n,) from the origin to the nearest point of boxes, by their frames' ``poses`` (n, 7); 0 inside."""
    out = np.empty(len(rows))
    for k in range(len(rows)):
        local = turned(inverse_rotation(poses[k, 3:]), -poses[k, 0], -poses[k, 1], -poses[k, 2])
        total = 0.0
        for axis in range(3):
            outside = abs(local[axis] - center[rows[k], axis]) - size[rows[k], axis] / 2
            if outside > 0:
                total += outside * outside
        out[k] = sqrt(total)
    return out


@compiled
def moved(depth: Depth, image: Ids, rays: Depth, row_of_id: Ints, motion: FloatArray, out: FloatArray) -> None:
    """Where the point of each pixel (height, width, 3) is after the ``motion`` (rows, 3, 4) of its object, both in the
    camera frame; NaN where nothing returned. Row -1, the last one, is the background.
    """
    height, width = depth.shape
    for v in range(height):
        for u in range(width):
            z = depth[v, u]
            if z <= 0:
                out[v, u, 0] = out[v, u, 1] = out[v, u, 2] = np.nan
                continue
            m = motion[row_of_id[image[v, u]]]
            x, y = rays[v, u, 0] * z, rays[v, u, 1] * z
            for i in range(3):
                out[v, u, i] = m[i, 0] * x + m[i, 1] * y + m[i, 2] * z + m[i, 3]


@compiled
def mark(
    pixels: FloatArray, points: FloatArray, depth: Depth, near: float, tolerance: float, steepness: float, out: Depth
) -> None:
    """Fill ``out`` (n, k, 3) with u, v and COCO's visibility of points at ``pixels`` (n, k, 2), see ``keypoints``."""
    height, width = depth.shape
    for n in range(points.shape[0]):
        for k in range(points.shape[1]):
            u, v, z = pixels[n, k, 0], pixels[n, k, 1], points[n, k, 2]
            if not (0 <= u < width and 0 <= v < height and z >= near):  # false for NaN as well
                out[n, k, 0] = out[n, k, 1] = out[n, k, 2] = 0
                continue
            nearest = z * (1 - steepness) - tolerance
            seen = False
            for column in (int(u - 0.5), min(int(u + 0.5), width - 1)):
                for row in (int(v - 0.5), min(int(v + 0.5), height - 1)):
                    seen |= depth[row, column] == 0 or depth[row, column] >= nearest
            out[n, k, 0], out[n, k, 1], out[n, k, 2] = u, v, 2 if seen else 1
