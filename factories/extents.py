"""Boxes around geoms, exact but for turned meshes, where they go around the mesh's own box.

In plain Python, because every reset of an environment builds a scene.
"""

import math
from collections.abc import Iterable
from functools import cache

from factories.equipment import kinds
from twin.scene import Geom, Mesh, Shape, Vec3


def bounding_box(geoms: Iterable[Geom]) -> tuple[Vec3, Vec3]:
    """Centre and full size of the box around what is drawn, along the body's axes."""
    lows, highs = zip(*(extent(geom) for geom in geoms if geom.visible), strict=True)
    low = [min(values) for values in zip(*lows, strict=True)]
    high = [max(values) for values in zip(*highs, strict=True)]
    center = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2)
    return center, (high[0] - low[0], high[1] - low[1], high[2] - low[2])


def extent(geom: Geom) -> tuple[Vec3, Vec3]:
    """Lowest and highest corner of one geom in the body's frame."""
    (x, y, z), (hx, hy, hz) = _local_box(geom)
    px, py, pz = geom.pose.position
    w, a, b, c = geom.pose.quaternion
    if w == 1.0:
        return (px + x - hx, py + y - hy, pz + z - hz), (px + x + hx, py + y + hy, pz + z + hz)
    rows = (
        (1 - 2 * (b * b + c * c), 2 * (a * b - w * c), 2 * (a * c + w * b)),
        (2 * (a * b + w * c), 1 - 2 * (a * a + c * c), 2 * (b * c - w * a)),
        (2 * (a * c - w * b), 2 * (b * c + w * a), 1 - 2 * (a * a + b * b)),
    )
    cx, cy, cz = (p + r[0] * x + r[1] * y + r[2] * z for p, r in zip((px, py, pz), rows, strict=True))
    ex, ey, ez = (_reach(geom, row, (hx, hy, hz)) for row in rows)
    return (cx - ex, cy - ey, cz - ez), (cx + ex, cy + ey, cz + ez)


def _reach(geom: Geom, row: Vec3, half: Vec3) -> float:
    """How far a geom reaches from its middle along an axis whose components in the geom's frame are ``row``."""
    radius, along, _ = geom.size
    match geom.shape:
        case Shape.SPHERE:
            return radius
        case Shape.CAPSULE:
            return radius + abs(row[2]) * along
        case Shape.CYLINDER:
            return abs(row[2]) * along + radius * math.sqrt(max(0.0, 1 - row[2] * row[2]))
    return abs(row[0]) * half[0] + abs(row[1]) * half[1] + abs(row[2]) * half[2]


def _local_box(geom: Geom) -> tuple[Vec3, Vec3]:
    """Centre and half extents of a geom in its own frame."""
    a, b, c = geom.size
    match geom.shape:
        case Shape.SPHERE:
            return (0.0, 0.0, 0.0), (a, a, a)
        case Shape.CYLINDER:
            return (0.0, 0.0, 0.0), (a, a, b)
        case Shape.CAPSULE:
            return (0.0, 0.0, 0.0), (a, a, a + b)
        case Shape.PLANE:
            return (0.0, 0.0, 0.0), (a, b, 0.0)
        case Shape.MESH:
            (x, y, z), (hx, hy, hz) = _mesh_box(geom.mesh)
            return (a * x, b * y, c * z), (abs(a) * hx, abs(b) * hy, abs(c) * hz)
    return (0.0, 0.0, 0.0), (a, b, c)


@cache
def _mesh_box(name: str) -> tuple[Vec3, Vec3]:
    low = [min(values) for values in zip(*meshes()[name].vertices, strict=True)]
    high = [max(values) for values in zip(*meshes()[name].vertices, strict=True)]
    center = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2)
    return center, ((high[0] - low[0]) / 2, (high[1] - low[1]) / 2, (high[2] - low[2]) / 2)


@cache
def meshes() -> dict[str, Mesh]:
    """Every mesh that some kind of equipment brings, by its name."""
    return {mesh.name: mesh for kind in kinds().values() for mesh in kind.meshes}
