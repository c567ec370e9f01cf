"""Geoms as triangles in the world, and the trees that rays are traced through."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene

from twin.geometry import FloatArray
from twin.rendering.drawables import Drawables, Rows

Floats = npt.NDArray[np.float32]

_STATIC_DETAIL, _MOVING_DETAIL = 2, 1
"""Levels of detail of what is round: finer ones make trees of walking people slow to build."""
_STEP = 1e-4
"""m along the optical axis that a ray starts behind a face it passed through."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What rays meet first."""

    depth: Floats  # (n,) m along the optical axis, inf where nothing is hit
    geom: Rows  # (n,) row of the drawables, -1 where nothing is hit
    normal: Floats  # (n, 3) unit, world

    @classmethod
    def none(cls, count: int) -> "Hits":
        """Rays that all miss."""
        return cls(np.full(count, np.inf, np.float32), np.full(count, -1), np.zeros((count, 3), np.float32))

    def nearest(self, other: "Hits") -> "Hits":
        """The first of two hits of the same rays."""
        first = self.depth <= other.depth
        return Hits(
            np.where(first, self.depth, other.depth),
            np.where(first, self.geom, other.geom),
            np.where(first[:, None], self.normal, other.normal),
        )


class WorldTriangles:
    """Every geom's vertices and normals in the world, where ``place`` last put them."""

    def __init__(self, drawables: Drawables) -> None:
        self._drawables = drawables
        detail = np.where(drawables.may_move, _MOVING_DETAIL, _STATIC_DETAIL)
        levels = [drawables.meshes[index] for index in drawables.mesh]
        meshes = [levels[min(wanted, len(levels) - 1)] for levels, wanted in zip(levels, detail, strict=True)]
        self.faces = [mesh.faces.astype(np.int32) for mesh in meshes]
        self._local: list[Floats] = []
        self._local_normals: list[Floats] = []
        for mesh, scale, half_length in zip(meshes, drawables.scale, drawables.half_length, strict=True):
            caps = np.outer(mesh.stretch, [0, 0, half_length])
            self._local.append((mesh.positions * scale + caps).astype(np.float32))
            normals = mesh.normals / scale
            self._local_normals.append((normals / np.linalg.norm(normals, axis=1, keepdims=True)).astype(np.float32))
        self.vertices = [np.zeros_like(local) for local in self._local]
        self.normals = [np.zeros_like(local) for local in self._local]

    def place(self, poses: FloatArray, rows: Rows) -> None:
        """Move the geoms in ``rows`` to where the bodies' poses put them."""
        positions, rotations = self._drawables.place(poses, rows)
        for row, position, rotation in zip(rows, positions, rotations, strict=True):
            self.vertices[row] = (self._local[row] @ rotation.T + position).astype(np.float32)
            self.normals[row] = (self._local_normals[row] @ rotation.T).astype(np.float32)


class Tree:
    """The geoms in ``rows``, where they are now, in one Embree tree."""

    def __init__(self, triangles: WorldTriangles, rows: Rows) -> None:
        sizes = np.array([len(triangles.vertices[row]) for row in rows], dtype=np.int64)
        starts = np.cumsum(sizes) - sizes
        faces = [triangles.faces[row] + start for row, start in zip(rows, starts, strict=True)]
        self._faces = np.concatenate([np.zeros((0, 3), np.int32), *faces]).astype(np.int32)
        self._geom = np.repeat(rows, [len(triangles.faces[row]) for row in rows])
        none = np.zeros((0, 3), np.float32)
        self._vertices = np.concatenate([none, *(triangles.vertices[row] for row in rows)])
        self._normals = np.concatenate([none, *(triangles.normals[row] for row in rows)])
        self._embree: EmbreeScene | None = None
        if len(self._faces):
            self._embree = EmbreeScene()
            TriangleMesh(self._embree, self._vertices, self._faces)

    def trace(self, eye: FloatArray, directions: Floats, near: float) -> Hits:
        """The first face seen from outside behind ``near``; ``directions`` (n, 3) advance 1 m along the axis."""
        hits = Hits.none(len(directions))
        if self._embree is None:
            return hits
        todo, start = np.arange(len(directions)), np.full(len(directions), near, np.float32)
        while todo.size:
            ray = directions[todo]
            found = self._embree.run((eye + start[todo, None] * ray).astype(np.float32), ray, output=True)
            hit = np.flatnonzero(found["primID"] >= 0)
            primitive, rows = found["primID"][hit], todo[hit]
            depth = start[rows] + found["tfar"][hit]
            front = self._faces_towards(primitive, ray[hit])
            shown = rows[front]
            hits.depth[shown] = depth[front]
            hits.geom[shown] = self._geom[primitive[front]]
            hits.normal[shown] = self._normal(primitive[front], found["u"][hit[front]], found["v"][hit[front]])
            todo = rows[~front]
            start[todo] = depth[~front] + _STEP
        return hits

    def _faces_towards(self, primitive: npt.NDArray[np.int32], ray: Floats) -> npt.NDArray[np.bool_]:
        a, b, c = (self._vertices[self._faces[primitive, corner]] for corner in range(3))
        return np.asarray(np.einsum("ij,ij->i", np.cross(b - a, c - a), ray) < 0)

    def _normal(self, primitive: npt.NDArray[np.int32], u: Floats, v: Floats) -> Floats:
        a, b, c = (self._normals[self._faces[primitive, corner]] for corner in range(3))
        normal = a + u[:, None] * (b - a) + v[:, None] * (c - a)
        return np.asarray(normal / np.linalg.norm(normal, axis=1, keepdims=True))
