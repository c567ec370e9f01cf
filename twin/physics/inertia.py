"""Mass, centre and inertia of bodies from their geoms; the same numbers go into every engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from twin.errors import InputError
from twin.geometry import FloatArray, matrix_from_quaternion, quaternion_from_matrix, transform_points
from twin.per_object import per_object
from twin.scene import Body, Geom, Mesh, Shape


@dataclass(frozen=True, slots=True)
class Inertia:
    """``center`` (3,) and ``quaternion`` (4,) place the principal axes in the body's frame."""

    mass: float
    center: FloatArray
    quaternion: FloatArray
    moments: FloatArray  # (3,) kg m^2 about the principal axes


@dataclass(frozen=True, slots=True)
class Hull:
    """A convex hull: vertices (n, 3) m and outward triangles (m, 3)."""

    vertices: FloatArray
    faces: "np.ndarray[tuple[int, int], np.dtype[np.int32]]"


def body_inertia(body: Body, meshes: Mapping[str, Mesh]) -> Inertia:
    """Spread ``body.mass`` over its colliding geoms by volume (over all geoms where none collides).

    Raises ``InputError`` where nothing has a volume.
    """
    solids = tuple(g for g in body.geoms if g.collides) or body.geoms
    primitive = all(g.shape is not Shape.MESH for g in solids)
    volume, center, tensor = _known_moments(solids) if primitive else _moments(solids, meshes)
    if not volume > 0:
        raise InputError(f"body '{body.name}': a {body.motion} body needs a geom with a volume to carry its mass")
    moments, quaternion = _principal(tensor * (body.mass / volume))
    return Inertia(body.mass, center, quaternion, moments)


def volume_of(body: Body, meshes: Mapping[str, Mesh]) -> float:
    """m^3 over which ``body_inertia`` spreads a body's mass."""
    solids = tuple(g for g in body.geoms if g.collides) or body.geoms
    return float(sum(_geom_moments(g, meshes)[0] for g in solids if g.shape is not Shape.PLANE))


@per_object
def convex_hull(mesh: Mesh, scale: tuple[float, float, float]) -> Hull:
    """What a mesh collides as."""
    from scipy.spatial import ConvexHull

    hull = ConvexHull(np.asarray(mesh.vertices, dtype=np.float64) * scale)
    order = {old: new for new, old in enumerate(hull.vertices)}
    faces = np.array([[order[i] for i in face] for face in hull.simplices], dtype=np.int32)
    vertices = hull.points[hull.vertices]
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    inward = np.einsum("ij,ij->i", np.cross(b - a, c - a), hull.equations[:, :3]) < 0
    faces[inward] = faces[inward][:, ::-1]
    return Hull(vertices, faces)


@lru_cache(maxsize=256)  # a hall has many pallets, and so has the next one
def _known_moments(solids: tuple[Geom, ...]) -> tuple[float, FloatArray, FloatArray]:
    return _moments(solids, {})


def _moments(solids: tuple[Geom, ...], meshes: Mapping[str, Mesh]) -> tuple[float, FloatArray, FloatArray]:
    """Volume, centre and inertia tensor about the centre at density 1, in the body's frame. Not to be written."""
    parts = [_geom_moments(g, meshes) for g in solids if g.shape is not Shape.PLANE]
    volume = sum(v for v, _, _ in parts)
    if not volume > 0:
        return 0.0, np.zeros(3), np.zeros((3, 3))
    center = np.sum([v * c for v, c, _ in parts], axis=0) / volume
    tensor = np.zeros((3, 3))
    for part_volume, part_center, part_tensor in parts:
        d = part_center - center
        tensor += part_tensor + part_volume * (d @ d * np.eye(3) - np.outer(d, d))
    return volume, center, tensor


def _principal(tensor: FloatArray) -> tuple[FloatArray, FloatArray]:
    if np.allclose(tensor, np.diag(np.diag(tensor)), rtol=0, atol=1e-12 * np.trace(tensor)):
        return np.diag(tensor).copy(), np.array([1.0, 0.0, 0.0, 0.0])
    moments, axes = np.linalg.eigh(tensor)
    if np.linalg.det(axes) < 0:
        axes[:, 0] *= -1
    return moments, quaternion_from_matrix(axes)


def _geom_moments(geom: Geom, meshes: Mapping[str, Mesh]) -> tuple[float, FloatArray, FloatArray]:
    """Volume, centre and inertia tensor about the centre at density 1, in the body's frame."""
    if geom.shape is Shape.MESH:
        volume, center, tensor = _hull_moments(convex_hull(meshes[geom.mesh], geom.size))
    else:
        volume, moments = _primitive_moments(geom.shape, *geom.size)
        center, tensor = np.zeros(3), np.diag(moments)
    rotation = matrix_from_quaternion(geom.pose.array()[3:])
    return volume, transform_points(geom.pose.array(), center), rotation @ tensor @ rotation.T


def _primitive_moments(shape: Shape, a: float, b: float, c: float) -> tuple[float, FloatArray]:
    if shape is Shape.BOX:
        volume = 8 * a * b * c
        return volume, volume / 3 * np.array([b * b + c * c, a * a + c * c, a * a + b * b])
    ball = 4 / 3 * np.pi * a**3
    if shape is Shape.SPHERE:
        return ball, np.full(3, ball * 0.4 * a * a)
    rod = 2 * np.pi * a * a * b
    across, along = rod * (a * a / 4 + b * b / 3), rod * a * a / 2
    if shape is Shape.CYLINDER:
        return rod, np.array([across, across, along])
    across += ball * (0.4 * a * a + b * b + 0.75 * a * b)
    return rod + ball, np.array([across, across, along + ball * 0.4 * a * a])


def _hull_moments(hull: Hull) -> tuple[float, FloatArray, FloatArray]:
    """Sum of the tetrahedra between the faces and a point inside."""
    middle = hull.vertices.mean(axis=0)
    corners = hull.vertices[hull.faces] - middle  # (m, 3, 3)
    volumes = np.linalg.det(corners) / 6
    volume = float(volumes.sum())
    sums = corners.sum(axis=1)
    center = (volumes[:, None] * sums).sum(axis=0) / (4 * volume)
    second = np.einsum("m,mki,mkj->ij", volumes, corners, corners) + np.einsum("m,mi,mj->ij", volumes, sums, sums)
    second = second / 20 - volume * np.outer(center, center)
    return volume, center + middle, np.trace(second) * np.eye(3) - second
