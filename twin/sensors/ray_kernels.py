"""Compiled loops of ``raycast``: where a ray enters each primitive, in the primitive's own frame."""

from math import asin, atan2, ceil, floor, inf, pi, sqrt
from typing import TypeAlias

import numba
import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray

IntArray: TypeAlias = npt.NDArray[np.int64]

BOX, SPHERE, CYLINDER, CAPSULE, HULL = range(5)
"""Codes of the shapes."""


@numba.njit(cache=True)
def cast_fan(
    code: IntArray,
    body: IntArray,
    placed: FloatArray,
    size: FloatArray,
    reach: FloatArray,
    planes: FloatArray,
    first_plane: IntArray,
    rows: IntArray,
    origin: FloatArray,
    heights: FloatArray,
    first_angle: float,
    step: float,
    directions: FloatArray,
    max_range: float,
    distance: FloatArray,
    hit: IntArray,
) -> None:
    """Shorten ``distance`` (rays,) and set ``hit`` (rays,) where a geom of ``rows`` is nearer than what is there.

    The rays start ``heights`` (layers,) above ``origin``; ``directions`` (rays, 2) are cosine and sine of
    ``first_angle + k * step``.
    """
    count = len(distance)
    for row in rows:
        dx = placed[row, 0] - origin[0]
        dy = placed[row, 1] - origin[1]
        radius = reach[row]
        flat = sqrt(dx * dx + dy * dy)
        if flat - radius > max_range:
            continue
        # The rays that can meet the geom: those within the angle that its bounding sphere covers.
        half = asin(radius / flat) if flat > radius else pi
        middle = (atan2(dy, dx) - first_angle) % (2.0 * pi)
        inverse = inverse_rotation(placed[row, 3:])
        kind = code[row]
        for height in heights:
            dz = placed[row, 2] - origin[2] - height
            if abs(dz) > radius:
                continue
            ox, oy, oz = turned(inverse, -dx, -dy, -dz)
            for turn in range(-1, 2):
                first = max(0, ceil((middle - half + turn * 2.0 * pi) / step))
                last = min(count - 1, floor((middle + half + turn * 2.0 * pi) / step))
                for k in range(first, last + 1):
                    ux, uy, uz = turned(inverse, directions[k, 0], directions[k, 1], 0.0)
                    if kind == BOX:
                        t = ray_box(ox, oy, oz, ux, uy, uz, size[row])
                    elif kind == SPHERE:
                        t = ray_sphere(ox, oy, oz, ux, uy, uz, size[row, 0])
                    elif kind == CYLINDER:
                        t = ray_cylinder(ox, oy, oz, ux, uy, uz, size[row, 0], size[row, 1])
                    elif kind == CAPSULE:
                        t = ray_capsule(ox, oy, oz, ux, uy, uz, size[row, 0], size[row, 1])
                    else:
                        t = ray_hull(ox, oy, oz, ux, uy, uz, planes[first_plane[row] : first_plane[row + 1]])
                    if t <= max_range and t < distance[k]:
                        distance[k] = t
                        hit[k] = body[row]


@numba.njit(cache=True)
def inverse_rotation(q: FloatArray) -> tuple[float, ...]:
    """Rows of the matrix that turns world vectors into the frame of a quaternion (4,)."""
    w, x, y, z = q
    return (
        1 - 2 * (y * y + z * z),
        2 * (x * y + w * z),
        2 * (x * z - w * y),
        2 * (x * y - w * z),
        1 - 2 * (x * x + z * z),
        2 * (y * z + w * x),
        2 * (x * z + w * y),
        2 * (y * z - w * x),
        1 - 2 * (x * x + y * y),
    )


@numba.njit(cache=True)
def turned(m: tuple[float, ...], x: float, y: float, z: float) -> tuple[float, float, float]:
    """A matrix, row by row, times a vector."""
    return m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z


@numba.njit(cache=True)
def slab(o: float, u: float, h: float, near: float, far: float) -> tuple[float, float]:
    """Narrow the interval near..far to where ``o + t u`` lies within -h..h; empty where it never does."""
    if abs(u) < 1e-12:
        if abs(o) > h:
            return inf, -inf
        return near, far
    a, b = (-h - o) / u, (h - o) / u
    return max(near, min(a, b)), min(far, max(a, b))


@numba.njit(cache=True)
def ray_box(ox: float, oy: float, oz: float, ux: float, uy: float, uz: float, half: FloatArray) -> float:
    """Entry into a box of half extents (3,), inf for none; 0 from inside."""
    near, far = slab(ox, ux, half[0], 0.0, inf)
    near, far = slab(oy, uy, half[1], near, far)
    near, far = slab(oz, uz, half[2], near, far)
    return near if near <= far else inf


@numba.njit(cache=True)
def ray_sphere(ox: float, oy: float, oz: float, ux: float, uy: float, uz: float, r: float) -> float:
    """Entry into a ball, inf for none; 0 from inside."""
    b = ox * ux + oy * uy + oz * uz
    c = ox * ox + oy * oy + oz * oz - r * r
    if c <= 0.0:
        return 0.0
    root = b * b - c
    if root < 0.0 or b > 0.0:
        return inf
    return -b - sqrt(root)


@numba.njit(cache=True)
def ray_cylinder(ox: float, oy: float, oz: float, ux: float, uy: float, uz: float, r: float, h: float) -> float:
    """Entry into a cylinder along z, inf for none; 0 from inside."""
    near, far = slab(oz, uz, h, 0.0, inf)
    a = ux * ux + uy * uy
    b = ox * ux + oy * uy
    c = ox * ox + oy * oy - r * r
    if a < 1e-12:
        return near if c <= 0.0 and near <= far else inf
    root = b * b - a * c
    if root < 0.0:
        return inf
    root = sqrt(root)
    near = max(near, (-b - root) / a)
    far = min(far, (-b + root) / a)
    return near if near <= far else inf


@numba.njit(cache=True)
def ray_capsule(ox: float, oy: float, oz: float, ux: float, uy: float, uz: float, r: float, h: float) -> float:
    """Entry into a capsule along z, inf for none; 0 from inside."""
    t = ray_cylinder(ox, oy, oz, ux, uy, uz, r, h)
    t = min(t, ray_sphere(ox, oy, oz - h, ux, uy, uz, r))
    return min(t, ray_sphere(ox, oy, oz + h, ux, uy, uz, r))


@numba.njit(cache=True)
def ray_hull(ox: float, oy: float, oz: float, ux: float, uy: float, uz: float, planes: FloatArray) -> float:
    """Entry into the half spaces (n, 4) of a convex hull, inf for none; 0 from inside."""
    near, far = 0.0, inf
    for p in range(len(planes)):
        along = planes[p, 0] * ux + planes[p, 1] * uy + planes[p, 2] * uz
        gap = planes[p, 0] * ox + planes[p, 1] * oy + planes[p, 2] * oz + planes[p, 3]
        if abs(along) < 1e-12:
            if gap > 0.0:
                return inf
        elif along < 0.0:
            near = max(near, -gap / along)
        else:
            far = min(far, -gap / along)
    return near if near <= far else inf
