"""The renderer that needs no OpenGL and no system library: one Embree ray a pixel, shaded by ourselves.

Embree (Apache-2.0) comes inside the wheel. It draws the same triangles as ``raster`` with the same light, so a machine
without OpenGL sees the same world; only textures are missing.
"""

from dataclasses import dataclass
from importlib.metadata import version
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from typing_extensions import override

from twin.errors import RenderError
from twin.geometry import FloatArray, matrix_from_quaternion
from twin.rendering.base import Frame, Renderer
from twin.rendering.drawables import Drawables, Rows
from twin.rendering.lighting import Lighting
from twin.rendering.ownership import Owner
from twin.rendering.poses import PoseTracker
from twin.rendering.projection import pixel_rays
from twin.scene import Camera, Motion, Scene, pose_world_camera

Floats = npt.NDArray[np.float32]

_STATIC_DETAIL, _MOVING_DETAIL = 2, 1
"""Levels of detail of what is round: finer ones make trees of moving people slow to build."""
_STEP = 1e-4
"""m along the optical axis that a ray starts behind a face it passed through."""


class RayRenderer(Renderer):
    """Static geoms are one tree, built when one of them is placed; moving geoms another, built when one moves."""

    name: ClassVar[str] = "rays"

    @override
    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._owner = Owner.current()
        self._closed = False
        self._drawables = Drawables.of(scene)
        self._tracker = PoseTracker(scene, self._drawables.body)
        moving = _moving_bodies(scene)[self._drawables.body]
        self._parts: tuple[_Part, ...] = (
            _Part(self._drawables, np.flatnonzero(~moving), _STATIC_DETAIL),
            _Part(self._drawables, np.flatnonzero(moving), _MOVING_DETAIL),
        )
        self._lighting = Lighting.of(scene)
        self._colors = self._drawables.colors()
        self._emission = np.array([m.emission for m in self._drawables.materials], dtype=np.float32)

    @override
    def render(self, poses: FloatArray, camera: Camera) -> Frame:
        self._owner.check("ray renderer")
        if self._closed:
            raise RenderError("the ray renderer is closed")
        moved = self._tracker.moved(poses)
        for part in self._parts:
            part.place(poses, moved)
        lens = camera.lens
        pose = pose_world_camera(self.scene, camera, poses)
        directions = pixel_rays(lens).reshape(-1, 3) @ matrix_from_quaternion(pose[3:]).T
        hits = self._trace(pose[:3], directions.astype(np.float32), lens.near)
        return self._frame(hits, (lens.height, lens.width), lens.far)

    @override
    def describe(self) -> str:
        return f"rays: Embree through embreex {version('embreex')}, on the CPU"

    @override
    def close(self) -> None:
        self._closed = True
        self._parts = ()

    def _trace(self, eye: FloatArray, directions: Floats, near: float) -> "_Hits":
        static, moving = (part.trace(eye, directions, near) for part in self._parts)
        return static.nearest(moving)

    def _frame(self, hits: "_Hits", shape: tuple[int, int], far: float) -> Frame:
        seen = (hits.geom >= 0) & (hits.depth <= far)
        geom = hits.geom[seen]
        rgb = np.empty((len(seen), 3), np.uint8)
        rgb[:] = _bytes(self.scene.background)
        rgb[seen] = _bytes(self._lighting.shade(self._colors[geom], hits.normal[seen], self._emission[geom]))
        instance = np.zeros(len(seen), np.uint16)
        instance[seen] = self._drawables.instance[geom]
        depth = np.where(seen, hits.depth, 0).astype(np.float32)
        return Frame(rgb.reshape(*shape, 3), depth.reshape(shape), instance.reshape(shape))


@dataclass(frozen=True, slots=True)
class _Hits:
    depth: Floats  # (n,) m along the optical axis, inf where nothing is hit
    geom: Rows  # (n,) row of the drawables, -1 where nothing is hit
    normal: Floats  # (n, 3) unit, world

    def nearest(self, other: "_Hits") -> "_Hits":
        first = self.depth <= other.depth
        return _Hits(
            np.where(first, self.depth, other.depth),
            np.where(first, self.geom, other.geom),
            np.where(first[:, None], self.normal, other.normal),
        )


class _Part:
    """Some geoms as world-space triangles in one Embree tree."""

    def __init__(self, drawables: Drawables, rows: Rows, detail: int) -> None:
        self._drawables = drawables
        self._rows = rows
        meshes = [drawables.meshes[drawables.mesh[row]][: detail + 1][-1] for row in rows]
        sizes = np.array([len(mesh.positions) for mesh in meshes], dtype=np.int64)
        self._starts = np.cumsum(sizes) - sizes
        self._local: list[Floats] = []
        self._local_normals: list[Floats] = []
        for row, mesh in zip(rows, meshes, strict=True):
            cap = np.outer(mesh.stretch, [0, 0, drawables.half_length[row]])
            self._local.append((mesh.positions * drawables.scale[row] + cap).astype(np.float32))
            normals = mesh.normals / drawables.scale[row]
            self._local_normals.append((normals / np.linalg.norm(normals, axis=1, keepdims=True)).astype(np.float32))
        self._vertices = np.zeros((int(sizes.sum()), 3), np.float32)
        self._normals = np.zeros_like(self._vertices)
        faces = [mesh.faces.astype(np.int32) + start for mesh, start in zip(meshes, self._starts, strict=True)]
        self._faces = np.concatenate([np.zeros((0, 3), np.int32), *faces]).astype(np.int32)
        self._geom = np.repeat(rows, [len(mesh.faces) for mesh in meshes])
        self._tree: EmbreeScene | None = None

    def place(self, poses: FloatArray, moved: Rows) -> None:
        """Move the triangles of the geoms in ``moved`` that are ours and build the tree again."""
        slots = np.flatnonzero(np.isin(self._rows, moved))
        if not slots.size:
            return
        positions, rotations = self._drawables.place(poses, self._rows[slots])
        for slot, position, rotation in zip(slots, positions, rotations, strict=True):
            part = slice(self._starts[slot], self._starts[slot] + len(self._local[slot]))
            self._vertices[part] = self._local[slot] @ rotation.T + position
            self._normals[part] = self._local_normals[slot] @ rotation.T
        self._tree = EmbreeScene()
        TriangleMesh(self._tree, self._vertices, self._faces)

    def trace(self, eye: FloatArray, directions: Floats, near: float) -> _Hits:
        """The first face seen from outside behind ``near``; ``directions`` (n, 3) advance 1 m along the axis."""
        count = len(directions)
        hits = _Hits(np.full(count, np.inf, np.float32), np.full(count, -1), np.zeros((count, 3), np.float32))
        if self._tree is None:
            return hits
        todo, start = np.arange(count), np.full(count, near, np.float32)
        while todo.size:
            ray = directions[todo]
            origins = (eye + start[todo, None] * ray).astype(np.float32)
            found = self._tree.run(origins, ray, output=True)
            hit = np.flatnonzero(found["primID"] >= 0)
            primitive = found["primID"][hit]
            corners = self._vertices[self._faces[primitive]]
            outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            front = np.einsum("ij,ij->i", outward, ray[hit]) < 0
            rows, depth = todo[hit], start[todo[hit]] + found["tfar"][hit]
            hits.depth[rows[front]] = depth[front]
            hits.geom[rows[front]] = self._geom[primitive[front]]
            at = hit[front]
            hits.normal[rows[front]] = self._normal(primitive[front], found["u"][at], found["v"][at])
            start[rows[~front]] = depth[~front] + _STEP
            todo = rows[~front]
        return hits

    def _normal(self, primitive: npt.NDArray[np.int32], u: Floats, v: Floats) -> Floats:
        a, b, c = (self._normals[self._faces[primitive, corner]] for corner in range(3))
        normal = a + u[:, None] * (b - a) + v[:, None] * (c - a)
        return normal / np.linalg.norm(normal, axis=1, keepdims=True)


def _moving_bodies(scene: Scene) -> npt.NDArray[np.bool_]:
    """Rows of the bodies that may move, or hang on one that may."""
    moving = np.zeros(len(scene.bodies), dtype=bool)
    for row, body in enumerate(scene.bodies):
        on_mover = bool(body.parent) and bool(moving[scene.body_index[body.parent]])
        moving[row] = body.motion is not Motion.STATIC or on_mover
    return moving


def _bytes(colors: npt.ArrayLike) -> npt.NDArray[np.uint8]:
    return np.round(255 * np.clip(colors, 0, 1)).astype(np.uint8)
