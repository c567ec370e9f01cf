"""Compiled loops of ``raycast``: where a ray enters each primitive, in the primitive's own frame."""

from math import asin, atan2, ceil, cos, floor, inf, pi, sin, sqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from twin.compiled import compiled
from twin.geometry import FloatArray

IntArray: TypeAlias = npt.NDArray[np.int64]
Solids: TypeAlias = tuple[IntArray, IntArray, FloatArray, FloatArray, FloatArray, FloatArray, IntArray]
"""Code, body, pose, size, reach, hull planes and first plane of each geom; see ``raycast.Solids``."""

BOX, SPHERE, CYLINDER, CAPSULE, HULL = range(5)
"""Codes of the shapes."""
WIDE = 0.3
"""rad: a box whose bounding sphere reaches farther to a side is looked at corner by corner."""


@compiled
def cast_scene(
    fixed: Solids,
    fixed_rows: IntArray,
    moving: Solids,
    poses: FloatArray,
    origin: FloatArray,
    heights: FloatArray,
    first_angle: float,
    step: float,
    max_range: float,
    distance: FloatArray,
    hit: IntArray,
) -> None:
    """Fill ``distance`` (rays,), inf for none, and ``hit`` (rays,), the rows of bodies or -1, from all geoms.

    ``fixed`` geoms stand in the world, of which ``fixed_rows`` count; those of ``moving`` stand on bodies at ``poses``.
    """
    directions = np.empty((len(distance), 2))
    for k in range(len(distance)):
        distance[k], hit[k] = inf, -1
        directions[k, 0], directions[k, 1] = cos(first_angle + k * step), sin(first_angle + k * step)
    cast_fan(*fixed, fixed_rows, origin, heights, first_angle, step, directions, max_range, distance, hit)
    code, body, local, size, reach, planes, first_plane = moving
    placed = np.empty(local.shape)
    for row in range(len(code)):
        compose(poses[body[row]], local[row], placed[row])
    rows = np.arange(len(code))
    cast_fan(
        code,
        body,
        placed,
        size,
        reach,
        planes,
        first_plane,
        rows,
        origin,
        heights,
        first_angle,
        step,
        directions,
        max_range,
        distance,
        hit,
    )


@compiled
def spoil(
    distance: FloatArray, hit: IntArray, noise: FloatArray, chance: FloatArray, dropout: float, max_range: float
) -> None:
    """Add ``noise`` (rays,) to what returned and lose the rays whose ``chance`` is below ``dropout``, in place."""
    for k in range(len(distance)):
        if chance[k] < dropout:
            hit[k] = -1
        if hit[k] >= 0:
            distance[k] = min(max(distance[k] + noise[k], 0.0), max_range)
        else:
            distance[k] = max_range


@compiled
def compose(parent: FloatArray, local: FloatArray, out: FloatArray) -> None:
    """Write the pose (7,) of a frame at ``local`` in ``parent`` into ``out``."""
    w, x, y, z = parent[3:]
    a, b, c = local[:3]
    ta, tb, tc = 2 * (y * c - z * b), 2 * (z * a - x * c), 2 * (x * b - y * a)
    out[0] = parent[0] + a + w * ta + y * tc - z * tb
    out[1] = parent[1] + b + w * tb + z * ta - x * tc
    out[2] = parent[2] + c + w * tc + x * tb - y * ta
    bw, bx, by, bz = local[3:]
    out[3] = w * bw - x * bx - y * by - z * bz
    out[4] = w * bx + x * bw + y * bz - z * by
    out[5] = w * by - x * bz + y * bw + z * bx
    out[6] = w * bz + x * by - y * bx + z * bw


@compiled
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
    lowest, highest = heights.min(), heights.max()
    for row in rows:
        dx, dy, dz = placed[row, 0] - origin[0], placed[row, 1] - origin[1], placed[row, 2] - origin[2]
        flat = sqrt(dx * dx + dy * dy)
        gap = flat - reach[row]
        if gap > max_range:
            continue
        kind, upright = code[row], placed[row, 4] == 0.0 and placed[row, 5] == 0.0
        alike = upright and kind in (BOX, CYLINDER)  # the same outline at all heights
        half_height = reach[row] if not alike else (size[row, 2] if kind == BOX else size[row, 1])
        if dz - highest > half_height or lowest - dz > half_height:
            continue
        low, high = _angles(dx, dy, flat, placed[row], size[row], reach[row], upright and kind == BOX)
        middle = (atan2(dy, dx) - first_angle) % (2.0 * pi)
        inverse, half = inverse_rotation(placed[row, 3:]), size[row]
        sides = planes[first_plane[row] : first_plane[row + 1]]
        for height in heights:
            if abs(dz - height) > half_height:
                continue
            ox, oy, oz = turned(inverse, -dx, -dy, height - dz)
            for turn in range(-1, 2):
                first = max(0, ceil((middle + low + turn * 2.0 * pi) / step))
                last = min(len(distance) - 1, floor((middle + high + turn * 2.0 * pi) / step))
                for k in range(first, last + 1):
                    if distance[k] < gap - 1e-9:
                        continue
                    ux, uy, uz = turned(inverse, directions[k, 0], directions[k, 1], 0.0)
                    if kind == BOX:
                        t = ray_box(ox, oy, oz, ux, uy, uz, half)
                    elif kind == SPHERE:
                        t = ray_sphere(ox, oy, oz, ux, uy, uz, half[0])
                    elif kind == CYLINDER:
                        t = ray_cylinder(ox, oy, oz, ux, uy, uz, half[0], half[1])
                    elif kind == CAPSULE:
                        t = ray_capsule(ox, oy, oz, ux, uy, uz, half[0], half[1])
                    else:
                        t = ray_hull(ox, oy, oz, ux, uy, uz, sides)
                    if t <= max_range and t < distance[k]:
                        distance[k] = t
                        hit[k] = body[row]
            if alike:
                break


@compiled
def _angles(
    dx: float, dy: float, flat: float, placed: FloatArray, size: FloatArray, radius: float, upright_box: bool
) -> tuple[float, float]:
    """How far (rad) to the right and left of the middle of a geom at dx, dy rays may meet it; ``flat`` m away."""
    half = asin(radius / flat) if flat > radius else pi
    if half < WIDE or not upright_box:
        return -half, half
    w, z = placed[3], placed[6]
    c, s = 1 - 2 * z * z, 2 * w * z
    if abs(c * dx + s * dy) <= size[0] and abs(c * dy - s * dx) <= size[1]:
        return -pi, pi
    low, high = 0.0, 0.0
    for corner in range(4):
        a = size[0] if corner % 2 else -size[0]
        b = size[1] if corner // 2 else -size[1]
        x, y = dx + c * a - s * b, dy + s * a + c * b
        off = atan2(dx * y - dy * x, dx * x + dy * y)
        low, high = min(low, off), max(high, off)
    return low - 1e-9, high + 1e-9


@compiled
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


@compiled
def turned(m: tuple[float, ...], x: float, y: float, z: float) -> tuple[float, float, float]:
    """A matrix, row by row, times a vector."""
    return m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z


@compiled
def slab(o: float, u: float, h: float, near: float, far: float) -> tuple[float, float]:
    """Narrow the interval near..far to where ``o + t u`` lies within -h..h; empty where it never does."""
    if abs(u) < 1e-12:
        if abs(o) > h:
            return inf, -inf
        return near, far
    a, b = (-h - o) / u, (h - o) / u
    return max(near, min(a, b)), min(far, max(a, b))


@compiled
def ray_box(ox: float, oy: float, oz: float, ux: float, uy: float, uz: float, half: FloatArray) -> float:
    """Entry into a box of half extents (3,), inf for none; 0 from inside."""
    near, far = slab(ox, ux, half[0], 0.0, inf)
    near, far = slab(oy, uy, half[1], near, far)
    near, far = slab(oz, uz, half[2], near, far)
    return near if near <= far else inf


@compiled
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


@compiled
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


@compiled
def ray_capsule(ox: float, oy: float, oz: float, ux: float, uy: float, uz: float, r: float, h: float) -> float:
    """Entry into a capsule along z, inf for none; 0 from inside."""
    t = ray_cylinder(ox, oy, oz, ux, uy, uz, r, h)
    t = min(t, ray_sphere(ox, oy, oz - h, ux, uy, uz, r))
    return min(t, ray_sphere(ox, oy, oz + h, ux, uy, uz, r))


@compiled
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
