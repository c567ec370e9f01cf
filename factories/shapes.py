"""Geoms as a person measures things: full sizes, and the middle of a box given by what it stands on."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Literal

from twin.geometry import IDENTITY_QUATERNION
from twin.scene import Geom, Mesh, Pose, Quaternion, Shape, Vec3

_HALF = math.sqrt(0.5)

PLATE = 0.006
"""m, thickness of signs; half of it stands out of what they hang on."""

ALONG_X: Quaternion = (_HALF, 0.0, _HALF, 0.0)
"""Turns a cylinder's axis (z) to x."""
ALONG_Y: Quaternion = (_HALF, -_HALF, 0.0, 0.0)
"""Turns a cylinder's axis (z) to y."""
CROSSWISE: Quaternion = (_HALF, 0.0, 0.0, _HALF)
"""Turns x to y."""


def box(
    size: Vec3,
    center: Vec3,
    material: str,
    quaternion: Quaternion = IDENTITY_QUATERNION,
    *,
    collides: bool = True,
) -> Geom:
    """A box of full ``size`` about ``center``."""
    half = (size[0] / 2, size[1] / 2, size[2] / 2)
    return Geom(Shape.BOX, half, Pose(center, quaternion), material, collides=collides)


def collider(size: Vec3, center: Vec3, friction: float = 0.8) -> Geom:
    """A box that is felt and seen by the lidar, but not drawn."""
    half = (size[0] / 2, size[1] / 2, size[2] / 2)
    return Geom(Shape.BOX, half, Pose(center), visible=False, friction=friction)


def plate(texture: str, width: float, height: float, center: Vec3, across: Literal["x", "y"]) -> Geom:
    """An upright sign or label of a texture with an argument, a few millimetres thick along ``across``; only drawn."""
    size = (PLATE, width, height) if across == "x" else (width, PLATE, height)
    return box(size, center, texture, collides=False)


def felt(geoms: Iterable[Geom]) -> Iterator[Geom]:
    """The same geoms for physics and lidar alone: meshes are drawn in their place."""
    for geom in geoms:
        if geom.collides:
            yield replace(geom, visible=False, material="")


def cylinder(
    radius: float, length: float, center: Vec3, material: str, quaternion: Quaternion = IDENTITY_QUATERNION
) -> Geom:
    """A cylinder along z, turned by ``quaternion``."""
    return Geom(Shape.CYLINDER, (radius, length / 2, 0.0), Pose(center, quaternion), material)


def sphere(radius: float, center: Vec3, material: str) -> Geom:
    """A sphere."""
    return Geom(Shape.SPHERE, (radius, 0.0, 0.0), Pose(center), material)


def capsule(radius: float, start: Vec3, end: Vec3, material: str) -> Geom:
    """A rod with round ends whose spheres are centred on ``start`` and ``end``."""
    length = math.dist(start, end)
    center = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, (start[2] + end[2]) / 2)
    direction = ((end[0] - start[0]) / length, (end[1] - start[1]) / length, (end[2] - start[2]) / length)
    return Geom(Shape.CAPSULE, (radius, length / 2, 0.0), Pose(center, _from_z(direction)), material)


def bar(start: Vec3, end: Vec3, thickness: float, material: str, *, collides: bool = True) -> Geom:
    """A square bar between two points: a brace."""
    length = math.dist(start, end)
    center = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, (start[2] + end[2]) / 2)
    direction = ((end[0] - start[0]) / length, (end[1] - start[1]) / length, (end[2] - start[2]) / length)
    return box((thickness, thickness, length), center, material, quaternion=_from_z(direction), collides=collides)


def mesh(name: str, material: str, *, collides: bool = False, position: Vec3 = (0.0, 0.0, 0.0)) -> Geom:
    """A mesh at its own scale; colliding, it stands for its convex hull."""
    return Geom(Shape.MESH, (1.0, 1.0, 1.0), Pose(position), material, name, collides)


def mesh_of_boxes(name: str, boxes: Iterable[tuple[Vec3, Vec3]]) -> Mesh:
    """One mesh made of boxes, each given by its lowest and highest corner."""
    vertices: list[Vec3] = []
    faces: list[tuple[int, int, int]] = []
    for low, high in boxes:
        first = len(vertices)
        vertices += [(x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])]
        faces += [(first + a, first + b, first + c) for a, b, c in _box_faces()]
    return Mesh(name, tuple(vertices), tuple(faces))


@cache
def _box_faces() -> tuple[tuple[int, int, int], ...]:
    """Triangles over corners numbered 4x + 2y + z, counter-clockwise from outside."""
    quads = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    return tuple(triangle for a, b, c, d in quads for triangle in ((a, b, c), (a, c, d)))


def _from_z(direction: Vec3) -> Quaternion:
    """The shortest rotation that takes z to a unit vector."""
    x, y, z = direction
    if z < -1 + 1e-9:
        return (0.0, 1.0, 0.0, 0.0)
    w = math.sqrt((1 + z) / 2)
    return (w, -y / (2 * w), x / (2 * w), 0.0)


def stand(base: Pose, child: Pose) -> Pose:
    """The pose of a child's frame in the parent of ``base``, which may only be turned about z."""
    w, z = base.quaternion[0], base.quaternion[3]
    c, s = w * w - z * z, 2 * w * z
    (bx, by, bz), (x, y, up) = base.position, child.position
    a, i, j, k = child.quaternion
    position = (bx + c * x - s * y, by + s * x + c * y, bz + up)
    return Pose(position, (w * a - z * k, w * i - z * j, w * j + z * i, w * k + z * a))
