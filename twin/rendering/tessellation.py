"""Triangle meshes of the unit shapes, shared by every renderer that draws triangles."""

from dataclasses import dataclass
from functools import cache
from math import pi

import numpy as np
import numpy.typing as npt

from twin.per_object import per_object
from twin.rendering.creases import corner_normals
from twin.scene import Mesh, Shape

Floats = npt.NDArray[np.float32]

SIDES = (8, 16, 32, 64)
"""Levels of detail of everything round, coarse to fine."""
ROUND = 6
"""The side of what is turned about the z axis."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Triangles:
    """A vertex of a geom is at ``position * scale + (0, 0, stretch * half_length)`` in the geom's frame."""

    positions: Floats  # (n, 3)
    normals: Floats  # (n, 3) of the unscaled shape
    stretch: Floats  # (n,) -1, 0 or 1: which way a capsule's cap moves
    turn: Floats  # (n,) 0..1 around the z axis; textures of ROUND follow it
    side: Floats  # (n,) which way a vertex's face looks: 0 to 5 are +x, -x, +y, -y, +z, -z, and ROUND
    faces: npt.NDArray[np.uint32]  # (m, 3) counter-clockwise seen from outside


def silhouette_error(sides: int) -> float:
    """By how much of its radius a polygon falls short of its circle."""
    return float(1 - np.cos(pi / sides))


@cache
def unit_shape(shape: Shape) -> tuple[Triangles, ...]:
    """The triangles of a primitive of size 1: one level of detail, or one for each of ``SIDES`` if it is round."""
    match shape:
        case Shape.BOX:
            return (_box(),)
        case Shape.PLANE:
            return (_plane(),)
        case Shape.CYLINDER:
            return tuple(_cylinder(sides) for sides in SIDES)
        case Shape.SPHERE:
            return tuple(_sphere(sides) for sides in SIDES)
        case Shape.CAPSULE:
            return tuple(_capsule(sides) for sides in SIDES)
        case Shape.MESH:
            raise ValueError("a mesh is not a unit shape")


@per_object
def mesh_triangles(mesh: Mesh) -> Triangles:
    """A mesh, round and sharp where its faces say so; degenerate faces are left out."""
    vertices = np.asarray(mesh.vertices, dtype=np.float64).reshape(-1, 3)
    faces = np.asarray(mesh.faces, dtype=np.int64).reshape(-1, 3)
    a, b, c = (vertices[faces[:, i]].astype(np.float32) for i in range(3))
    across = np.cross(b - a, c - a)
    proper = np.linalg.norm(across, axis=1) > 0
    faces, sides = faces[proper], np.repeat(_sides(across[proper]), 3)
    count = faces.size
    return Triangles(
        vertices[faces].reshape(count, 3).astype(np.float32),
        corner_normals(vertices, faces).reshape(count, 3).astype(np.float32),
        np.zeros(count, np.float32),
        np.zeros(count, np.float32),
        sides.astype(np.float32),
        np.arange(count, dtype=np.uint32).reshape(-1, 3),
    )


def _box() -> Triangles:
    positions: list[npt.NDArray[np.float64]] = []
    normals: list[npt.NDArray[np.float64]] = []
    faces: list[tuple[int, int, int]] = []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            normal = np.roll([sign, 0.0, 0.0], axis)
            right = np.roll([0.0, 1.0, 0.0], axis)
            up = np.cross(normal, right)
            faces += [
                (len(positions) + a, len(positions) + b, len(positions) + c) for a, b, c in ((0, 1, 2), (0, 2, 3))
            ]
            positions += [normal + x * right + y * up for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
            normals += [normal] * 4
    return _triangles(positions, normals, [0.0] * len(positions), faces)


def _plane() -> Triangles:
    corners = [(-1.0, -1.0, 0.0), (1.0, -1.0, 0.0), (1.0, 1.0, 0.0), (-1.0, 1.0, 0.0)]
    return _triangles(corners, [(0.0, 0.0, 1.0)] * 4, [0.0] * 4, [(0, 1, 2), (0, 2, 3)])


def _cylinder(sides: int) -> Triangles:
    rims = [(0.0, -1.0), (1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (1.0, 1.0), (0.0, 1.0)]
    normals = [(0.0, -1.0), (0.0, -1.0), (1.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 1.0)]
    return _lathe(rims, normals, [0.0] * len(rims), sides)


def _sphere(sides: int) -> Triangles:
    arc = [(np.sin(angle), -np.cos(angle)) for angle in np.linspace(0, pi, sides // 2 + 1)]
    return _lathe(arc, arc, [0.0] * len(arc), sides)


def _capsule(sides: int) -> Triangles:
    half = sides // 4 + 1
    arc = [(np.sin(angle), -np.cos(angle)) for angle in np.linspace(0, pi / 2, half)]
    outline = arc + [(r, -z) for r, z in reversed(arc)]
    return _lathe(outline, outline, [-1.0] * half + [1.0] * half, sides)


def _lathe(
    outline: list[tuple[float, float]], normals: list[tuple[float, float]], stretch: list[float], sides: int
) -> Triangles:
    """Turn an outline of (radius, z), lowest first, about the z axis."""
    angles = np.linspace(0, 2 * pi, sides + 1)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    ring[-1] = ring[0]  # closed to the last bit

    def turn(profile: list[tuple[float, float]]) -> Floats:
        radius, z = np.array(profile).T
        xy = radius[:, None, None] * ring
        return np.concatenate([xy, np.broadcast_to(z[:, None, None], (*xy.shape[:2], 1))], axis=-1).reshape(-1, 3)

    row, column = np.mgrid[0 : len(outline) - 1, 0:sides]
    low = (row * (sides + 1) + column).ravel()
    high = low + sides + 1
    faces = np.concatenate([np.stack([low, low + 1, high + 1], -1), np.stack([low, high + 1, high], -1)])
    positions, tall = turn(outline), np.repeat(stretch, sides + 1)
    around = np.tile(np.linspace(0, 1, sides + 1), len(outline)).astype(np.float32)
    apart = positions + tall[:, None] * [0.0, 0.0, 1.0]
    a, b, c = (apart[faces[:, i]] for i in range(3))
    proper = np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-12
    return _triangles(positions, turn(normals), tall, faces[proper], around)


def _triangles(
    positions: npt.ArrayLike,
    normals: npt.ArrayLike,
    stretch: npt.ArrayLike,
    faces: npt.ArrayLike,
    turn: Floats | None = None,
) -> Triangles:
    looks = np.asarray(normals, dtype=np.float32)
    side = _sides(looks) if turn is None else np.where(np.abs(looks[:, 2]) == 1, _sides(looks), ROUND)
    return Triangles(
        np.ascontiguousarray(positions, dtype=np.float32),
        looks,
        np.asarray(stretch, dtype=np.float32),
        np.zeros(len(looks), np.float32) if turn is None else turn,
        side.astype(np.float32),
        np.asarray(faces, dtype=np.uint32),
    )


def _sides(normals: Floats) -> npt.NDArray[np.intp]:
    axis = np.argmax(np.abs(normals), axis=1)
    return 2 * axis + (np.take_along_axis(normals, axis[:, None], axis=1)[:, 0] < 0)
