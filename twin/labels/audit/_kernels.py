"""Compiled loops of the checks."""

from math import inf, isfinite, sqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from twin.compiled import compiled
from twin.geometry import FloatArray
from twin.sensors.ray_kernels import inverse_rotation, turned

Ints: TypeAlias = npt.NDArray[np.int64]
Vector: TypeAlias = tuple[float, float, float]

BOX, SPHERE, CYLINDER, CAPSULE, PLANE, MESH = range(6)
"""Codes of the shapes."""


@compiled
def depth_extents(
    depth: npt.NDArray[np.float32], image: npt.NDArray[np.uint16], row_of_id: Ints, rows: int
) -> tuple[FloatArray, int, int]:
    """Least and greatest depth (rows, 2) of each object; labelled pixels without depth; pixels with an odd one."""
    extents = np.empty((rows, 2))
    extents[:, 0], extents[:, 1] = inf, -inf
    hollow = odd = 0
    height, width = depth.shape
    for v in range(height):
        for u in range(width):
            z, ident = depth[v, u], image[v, u]
            if not (isfinite(z) and z >= 0):
                odd += 1
            elif ident > 0:
                if z == 0:
                    hollow += 1
                    continue
                extent = extents[row_of_id[ident]]
                extent[0], extent[1] = min(extent[0], z), max(extent[1], z)
    return extents, hollow, odd


@compiled
def surface_gaps(
    points: FloatArray,
    rows: Ints,
    enough: FloatArray,
    poses: FloatArray,
    first: Ints,
    code: Ints,
    body: Ints,
    local: FloatArray,
    size: FloatArray,
    reach: FloatArray,
    triangles: FloatArray,
    first_triangle: Ints,
) -> FloatArray:
    """Metres (n,) from points (n, 3), world frame, to the surface of the object in ``rows`` (n,) of ``Surfaces``.

    Stops looking at ``enough`` (n,) metres.
    """
    out = np.full(len(points), inf)
    for n in range(len(points)):
        row = rows[n]
        for g in range(first[row], first[row + 1]):
            x, y, z = _into(poses[body[g]], points[n, 0], points[n, 1], points[n, 2])
            x, y, z = _into(local[g], x, y, z)
            if sqrt(x * x + y * y + z * z) > reach[g] + out[n]:
                continue
            if code[g] == MESH:
                gap = inf
                for t in range(first_triangle[g], first_triangle[g + 1]):
                    gap = min(gap, to_triangle(x, y, z, triangles[t]))
                    if gap <= enough[n]:
                        break
            else:
                gap = to_primitive(x, y, z, code[g], size[g])
            out[n] = min(out[n], gap)
            if out[n] <= enough[n]:
                break
    return out


@compiled
def _into(pose: FloatArray, x: float, y: float, z: float) -> Vector:
    return turned(inverse_rotation(pose[3:]), x - pose[0], y - pose[1], z - pose[2])


@compiled
def to_primitive(x: float, y: float, z: float, code: int, size: FloatArray) -> float:
    """Metres to the surface of a primitive in its own frame; known as signed distance functions."""
    a, b, c = size
    if code == SPHERE:
        return abs(sqrt(x * x + y * y + z * z) - a)
    if code == CAPSULE:
        along = max(0.0, abs(z) - b)
        return abs(sqrt(x * x + y * y + along * along) - a)
    if code == CYLINDER:
        return _to_rounded(sqrt(x * x + y * y) - a, abs(z) - b, -inf)
    if code == PLANE:
        return _to_rounded(abs(x) - a, abs(y) - b, abs(z)) if max(abs(x) - a, abs(y) - b) > 0 else abs(z)
    return _to_rounded(abs(x) - a, abs(y) - b, abs(z) - c)


@compiled
def _to_rounded(p: float, q: float, r: float) -> float:
    """From how far a point lies beyond each pair of faces."""
    outside = sqrt(max(p, 0.0) ** 2 + max(q, 0.0) ** 2 + max(r, 0.0) ** 2)
    return outside if outside > 0 else -max(p, q, r)


@compiled
def to_triangle(x: float, y: float, z: float, corners: FloatArray) -> float:
    """Metres to a triangle (3, 3), by the regions of Ericson, Real-Time Collision Detection, 5.1.5."""
    ax, ay, az = corners[0]
    ux, uy, uz = corners[1, 0] - ax, corners[1, 1] - ay, corners[1, 2] - az
    vx, vy, vz = corners[2, 0] - ax, corners[2, 1] - ay, corners[2, 2] - az
    px, py, pz = x - ax, y - ay, z - az
    uu, uv, vv = ux * ux + uy * uy + uz * uz, ux * vx + uy * vy + uz * vz, vx * vx + vy * vy + vz * vz
    up, vp = ux * px + uy * py + uz * pz, vx * px + vy * py + vz * pz
    s, t = vv * up - uv * vp, uu * vp - uv * up
    whole = uu * vv - uv * uv
    if whole > 0 and s >= 0 and t >= 0 and s + t <= whole:
        s, t = s / whole, t / whole
        dx, dy, dz = px - s * ux - t * vx, py - s * uy - t * vy, pz - s * uz - t * vz
        return sqrt(dx * dx + dy * dy + dz * dz)
    wx, wy, wz = vx - ux, vy - uy, vz - uz
    best = min(_to_edge(px, py, pz, ux, uy, uz), _to_edge(px, py, pz, vx, vy, vz))
    return min(best, _to_edge(px - ux, py - uy, pz - uz, wx, wy, wz))


@compiled
def _to_edge(px: float, py: float, pz: float, ex: float, ey: float, ez: float) -> float:
    square = ex * ex + ey * ey + ez * ez
    share = min(1.0, max(0.0, (px * ex + py * ey + pz * ez) / square)) if square > 0 else 0.0
    dx, dy, dz = px - share * ex, py - share * ey, pz - share * ez
    return sqrt(dx * dx + dy * dy + dz * dz)
