"""Exact rays against a scene's colliding primitives, without an engine: both engines see the same scan.

Rays start at one point and lie in one horizontal plane, as a 2D safety lidar's do. Geoms that cannot be hit
are skipped by height and range, and each remaining geom only meets the rays inside the angle it covers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from twin import geometry
from twin.geometry import FloatArray
from twin.per_object import per_object
from twin.scene import Geom, Mesh, Motion, Scene, Shape, Vec3
from twin.sensors import ray_kernels
from twin.sensors.ray_kernels import BOX, CAPSULE, CYLINDER, HULL, SPHERE, cast_scene

_CODES = {
    Shape.BOX: BOX,
    Shape.SPHERE: SPHERE,
    Shape.CYLINDER: CYLINDER,
    Shape.CAPSULE: CAPSULE,
    Shape.MESH: HULL,
}

_NO_PLANES: FloatArray = np.zeros((0, 4))


@dataclass(frozen=True, slots=True)
class Solids:
    """Colliding geoms as arrays; rows of one motion class, hull planes concatenated."""

    code: npt.NDArray[np.int64]  # (n,)
    body: npt.NDArray[np.int64]  # (n,) rows of scene.bodies
    local: FloatArray  # (n, 7) pose in the body
    size: FloatArray  # (n, 3)
    reach: FloatArray  # (n,) bounding radius about the geom's centre
    planes: FloatArray  # (p, 4) hull planes n . x + d <= 0 in the geom's frame
    first_plane: npt.NDArray[np.int64]  # (n + 1,)

    def arrays(self, poses: FloatArray) -> ray_kernels.Solids:
        """As the kernels take them, at ``poses`` (n, 7)."""
        return self.code, self.body, poses, self.size, self.reach, self.planes, self.first_plane


@dataclass(frozen=True, slots=True)
class Fan:
    """Ray k points at the world angle ``first_angle + k * step`` (rad) and ends at ``range`` (m)."""

    first_angle: float
    step: float
    rays: int
    range: float


@per_object
def planar_rays(scene: Scene, ignore: tuple[int, ...]) -> "PlanarRays":
    """One caster for all who scan a scene object through the bodies in the rows ``ignore``."""
    return PlanarRays(scene, ignore)


class PlanarRays:
    """Casts fans of horizontal rays into one scene.

    Geoms of static bodies are placed once; those of all other bodies are placed at every call.
    """

    def __init__(self, scene: Scene, ignore: Sequence[int] = ()) -> None:
        """``ignore``: rows of ``scene.bodies`` that the rays pass through (the robot itself)."""
        skipped = set(ignore)
        fixed = _fixed_bodies(scene)
        rows = [i for i in range(len(scene.bodies)) if i not in skipped]
        self._static = _solids(scene, [i for i in rows if fixed[i]])
        self._moving = _solids(scene, [i for i in rows if not fixed[i]])
        placed = geometry.compose(scene.initial_poses[self._static.body], self._static.local)
        self.fixed = self._static.arrays(placed)
        self.moving = self._moving.arrays(self._moving.local)
        self._static_low, self._static_high = _heights(self._static, placed)
        self._slices: dict[tuple[float, float], npt.NDArray[np.int64]] = {}

    def cast(
        self, poses: FloatArray, origin: npt.ArrayLike, heights: Sequence[float], fan: Fan
    ) -> tuple[FloatArray, npt.NDArray[np.int64]]:
        """Distances (rays,) in metres, inf where nothing is hit, and the rows of the bodies hit, -1 for none.

        ``poses`` (bodies, 7) in the world; the rays of ``fan`` leave ``origin`` (3,) at each of the ``heights`` above
        it, and the nearest hit counts.
        """
        start, layers = np.asarray(origin, dtype=np.float64), np.asarray(heights, dtype=np.float64)
        distance, hit = np.empty(fan.rays), np.empty(fan.rays, dtype=np.int64)
        cast_scene(
            self.fixed,
            self.in_band(float(start[2]) + min(heights), float(start[2]) + max(heights)),
            self.moving,
            poses,
            start,
            layers,
            fan.first_angle,
            fan.step,
            fan.range,
            distance,
            hit,
        )
        return distance, hit

    def in_band(self, low: float, high: float) -> npt.NDArray[np.int64]:
        """Static geoms that reach between two heights; the robot's small tilts must not rebuild the list."""
        key = round(low, 2), round(high, 2)
        if key not in self._slices:
            near = (self._static_low <= key[1] + 0.01) & (self._static_high >= key[0] - 0.01)
            self._slices[key] = np.flatnonzero(near)
        return self._slices[key]


def _fixed_bodies(scene: Scene) -> list[bool]:
    """Whether each body can never move: static, and so is every parent."""
    fixed: list[bool] = []
    for body in scene.bodies:
        fixed.append(body.motion is Motion.STATIC and (not body.parent or fixed[scene.body_index[body.parent]]))
    return fixed


def _solids(scene: Scene, rows: Sequence[int]) -> Solids:
    pairs = [(i, g) for i in rows for g in scene.bodies[i].geoms if g.collides and g.shape is not Shape.PLANE]
    meshes = {mesh.name: mesh for mesh in scene.meshes}
    hulls = [_hull(meshes[g.mesh], g.size) if g.shape is Shape.MESH else (_NO_PLANES, _reach(g)) for _, g in pairs]
    counts = [len(planes) for planes, _ in hulls]
    return Solids(
        code=np.array([_CODES[g.shape] for _, g in pairs], dtype=np.int64),
        body=np.array([i for i, _ in pairs], dtype=np.int64),
        local=np.array([(*g.pose.position, *g.pose.quaternion) for _, g in pairs]).reshape(-1, 7),
        size=np.array([g.size for _, g in pairs], dtype=np.float64).reshape(-1, 3),
        reach=np.array([r for _, r in hulls], dtype=np.float64),
        planes=np.concatenate([_NO_PLANES, *(planes for planes, _ in hulls if len(planes))]),
        first_plane=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
    )


@per_object
def _hull(mesh: Mesh, scale: Vec3) -> tuple[FloatArray, float]:
    """Hull planes and the bounding radius of a mesh."""
    from scipy.spatial import ConvexHull

    vertices = np.array(mesh.vertices) * np.array(scale)
    return ConvexHull(vertices).equations, float(np.linalg.norm(vertices, axis=1).max())


def _reach(geom: Geom) -> float:
    """The bounding radius of a primitive."""
    a, b, c = geom.size
    match geom.shape:
        case Shape.BOX:
            return sqrt(a * a + b * b + c * c)
        case Shape.CYLINDER:
            return sqrt(a * a + b * b)
        case Shape.CAPSULE:
            return a + b
        case _:
            return a


def _heights(solids: Solids, placed: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest z of each placed geom; exact for boxes, bounding radius for the others."""
    extent = solids.reach.copy()
    boxes = solids.code == BOX
    up = np.abs(geometry.matrix_from_quaternion(placed[boxes, 3:])[:, 2, :])
    extent[boxes] = (up * solids.size[boxes]).sum(axis=1)
    return placed[:, 2] - extent, placed[:, 2] + extent
