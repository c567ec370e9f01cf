"""The visible geoms of a scene as arrays, in the order they are drawn: those of one mesh together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np
import numpy.typing as npt

from twin import textures
from twin.errors import RenderError, TwinError
from twin.geometry import FloatArray, matrix_from_quaternion
from twin.per_object import per_object
from twin.rendering.tessellation import Triangles, mesh_triangles, unit_shape
from twin.scene import Body, Geom, Material, Mesh, Motion, Rgb, Scene, Shape, Vec3

Rows = npt.NDArray[np.intp]

_MAX_ID = 65535
_ROUND = (Shape.CYLINDER, Shape.SPHERE, Shape.CAPSULE)


@dataclass(frozen=True)
class Drawables:
    """Row i of every array is geom ``geoms[i]``."""

    geoms: tuple[Geom, ...]
    materials: tuple[Material, ...]
    meshes: tuple[tuple[Triangles, ...], ...]  # levels of detail, coarse to fine
    mesh: Rows  # which of ``meshes``, ascending
    body: Rows  # row in scene.bodies
    may_move: npt.NDArray[np.bool_]  # (n,) by what the scene says of its body
    pose: FloatArray  # (n, 7) in the body's frame
    scale: FloatArray  # (n, 3)
    half_length: FloatArray  # (n,) m, of capsules
    curvature_radius: FloatArray  # (n,) m, of what is round; 0 for boxes, planes and meshes
    radius: FloatArray  # (n,) m, of a sphere about the geom's origin that holds it
    instance: npt.NDArray[np.uint16]  # (n,)

    @classmethod
    def of(cls, scene: Scene) -> "Drawables":
        """Raises ``RenderError`` where an instance id does not fit 16 bits."""
        meshes = {mesh.name: mesh for mesh in scene.meshes}
        visible = [(row, body, geom) for row, body in enumerate(scene.bodies) for geom in body.geoms if geom.visible]
        keys = [_key(geom) for _, _, geom in visible]
        order = sorted(range(len(visible)), key=keys.__getitem__)
        visible, keys = [visible[i] for i in order], [keys[i] for i in order]
        unique = sorted(set(keys))
        triangles = tuple(_levels(key, meshes) for key in unique)
        geoms = tuple(geom for _, _, geom in visible)
        number = {key: i for i, key in enumerate(unique)}
        mesh = np.array([number[key] for key in keys], dtype=np.intp)
        known = {material.name: material for material in scene.materials}
        return cls(
            geoms=geoms,
            materials=tuple(known[g.material] if g.material else Material("") for g in geoms),
            meshes=triangles,
            mesh=mesh,
            body=np.array([row for row, _, _ in visible], dtype=np.intp),
            may_move=_may_move(scene)[np.array([row for row, _, _ in visible], dtype=np.intp)],
            pose=np.array([(*g.pose.position, *g.pose.quaternion) for g in geoms], dtype=np.float64).reshape(-1, 7),
            scale=np.array([_scale(g) for g in geoms]).reshape(-1, 3),
            half_length=np.array([g.size[1] if g.shape is Shape.CAPSULE else 0.0 for g in geoms]),
            curvature_radius=np.array([g.size[0] if g.shape in _ROUND else 0.0 for g in geoms]),
            radius=np.array(_radii(geoms, [triangles[m][-1] for m in mesh])),
            instance=np.array([_instance(body) for _, body, _ in visible], dtype=np.uint16),
        )

    def place(self, poses: FloatArray, rows: Rows) -> tuple[FloatArray, FloatArray]:
        """World positions (k, 3) and rotation matrices (k, 3, 3) of the geoms in ``rows``."""
        body, local = poses[self.body[rows]], self.pose[rows]
        rotations = matrix_from_quaternion(body[:, 3:])
        positions = body[:, :3] + (rotations @ local[:, :3, None])[..., 0]
        return positions, rotations @ self._turns[rows]

    @cached_property
    def _turns(self) -> FloatArray:
        return matrix_from_quaternion(self.pose[:, 3:])

    @cached_property
    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest corner (n, 3) of each geom in its own frame."""
        low, high = np.array([_box(levels[-1]) for levels in self.meshes]).reshape(-1, 2, 3).swapaxes(0, 1)
        ends = self.half_length[:, None] * [0, 0, 1]
        return low[self.mesh] * self.scale - ends, high[self.mesh] * self.scale + ends

    def colors(self, textured: bool) -> npt.NDArray[np.float32]:
        """Base colours (n, 3) in 0..1.

        Where textures are not drawn, a material that has no colour of its own, such as a sign's, takes its texture's.
        """
        colors = [m.color if textured else _plain(m) for m in self.materials]
        return np.array(colors, dtype=np.float32).reshape(-1, 3)


def _plain(material: Material) -> Rgb:
    if not material.texture or material.color != (1.0, 1.0, 1.0):
        return material.color
    try:
        return textures.mean_color(material.texture)
    except TwinError:  # a user's image that is not on this machine: who draws no textures can do without
        return material.color


def _may_move(scene: Scene) -> npt.NDArray[np.bool_]:
    """For each body whether it moves, or hangs on one that does."""
    moves = np.zeros(len(scene.bodies), dtype=bool)
    for row, body in enumerate(scene.bodies):
        on_mover = bool(body.parent) and bool(moves[scene.body_index[body.parent]])
        moves[row] = body.motion is not Motion.STATIC or on_mover
    return moves


def _key(geom: Geom) -> tuple[Shape, str]:
    return geom.shape, geom.mesh if geom.shape is Shape.MESH else ""


def _levels(key: tuple[Shape, str], meshes: dict[str, Mesh]) -> tuple[Triangles, ...]:
    shape, name = key
    return (mesh_triangles(meshes[name]),) if shape is Shape.MESH else unit_shape(shape)


def _scale(geom: Geom) -> tuple[float, float, float]:
    a, b, c = geom.size
    match geom.shape:
        case Shape.SPHERE | Shape.CAPSULE:
            return (a, a, a)
        case Shape.CYLINDER:
            return (a, a, b)
        case Shape.PLANE:
            return (a, b, 1.0)
        case _:
            return (a, b, c)


@per_object
def _box(triangles: Triangles) -> FloatArray:
    """Lowest and highest corner (2, 3) of a mesh."""
    corners = triangles.positions if len(triangles.positions) else np.zeros((1, 3))
    return np.array([corners.min(axis=0), corners.max(axis=0)])


def _radii(geoms: Sequence[Geom], triangles: Sequence[Triangles]) -> list[float]:
    """Of spheres about the origins of geoms; what is often there in one size is measured once."""
    known: dict[tuple[int, Vec3], float] = {}
    for geom, mesh in zip(geoms, triangles, strict=True):
        key = id(mesh), geom.size
        if key not in known:
            known[key] = _radius(geom, mesh)
    return [known[id(mesh), geom.size] for geom, mesh in zip(geoms, triangles, strict=True)]


def _radius(geom: Geom, triangles: Triangles) -> float:
    if geom.shape is Shape.BOX:  # its corners are equally far
        a, b, c = geom.size
        return sqrt(a * a + b * b + c * c)
    ends = triangles.stretch[:, None] * np.array([0.0, 0.0, geom.size[1]])
    reach = triangles.positions * np.array(_scale(geom)) + ends
    return float(np.linalg.norm(reach, axis=1).max(initial=0.0))


def _instance(body: Body) -> int:
    if body.instance > _MAX_ID:
        raise RenderError(f"body '{body.name}': instance id {body.instance} is above {_MAX_ID}, the largest of 16 bits")
    return body.instance
