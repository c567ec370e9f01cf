"""Exact rays against a scene's colliding primitives, without an engine: both engines see the same scan.

Rays start at one point and lie in one horizontal plane, as a 2D safety lidar's do. Geoms that cannot be hit
are skipped by height and range, and each remaining geom only meets the rays inside the angle it covers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, atan2, ceil, floor, inf, sqrt

import numba
import numpy as np
import numpy.typing as npt

from twin import geometry
from twin.geometry import FloatArray
from twin.scene import Geom, Motion, Scene, Shape

_BOX, _SPHERE, _CYLINDER, _CAPSULE, _HULL = range(5)
_CODES = {
    Shape.BOX: _BOX,
    Shape.SPHERE: _SPHERE,
    Shape.CYLINDER: _CYLINDER,
    Shape.CAPSULE: _CAPSULE,
    Shape.MESH: _HULL,
}


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
        self._static_poses = self._place(self._static, scene.initial_poses)
        self._static_low, self._static_high = _heights(self._static, self._static_poses)
        self._slices: dict[float, npt.NDArray[np.int64]] = {}

    def cast(
        self, poses: FloatArray, origin: npt.ArrayLike, first_angle: float, step: float, count: int, max_range: float
    ) -> tuple[FloatArray, npt.NDArray[np.int64]]:
        """Distances (count,) in metres, inf where nothing is hit, and the rows of the bodies hit, -1 for none.

        ``poses`` (bodies, 7) in the world; ray k leaves ``origin`` (3,) at the world angle
        ``first_angle + k * step`` (rad).
        """
        origin = np.asarray(origin, dtype=np.float64)
        distance = np.full(count, inf)
        hit = np.full(count, -1, dtype=np.int64)
        fan = (origin, first_angle, step, max_range, distance, hit)
        _cast(*self._arrays(self._static, self._static_poses), self._at_height(float(origin[2])), *fan)
        moving = self._moving
        if len(moving.code):
            placed = self._place(moving, poses)
            _cast(*self._arrays(moving, placed), np.arange(len(moving.code)), *fan)
        return distance, hit

    def _at_height(self, z: float) -> npt.NDArray[np.int64]:
        """Static geoms that reach the height ``z``; the robot's small tilts must not rebuild the list."""
        key = round(z, 2)
        if key not in self._slices:
            near = (self._static_low <= key + 0.01) & (self._static_high >= key - 0.01)
            self._slices[key] = np.flatnonzero(near)
        return self._slices[key]

    @staticmethod
    def _place(solids: Solids, poses: FloatArray) -> FloatArray:
        return geometry.compose(poses[solids.body], solids.local)

    @staticmethod
    def _arrays(solids: Solids, placed: FloatArray) -> tuple[npt.NDArray[np.generic], ...]:
        return (
            solids.code,
            solids.body,
            placed,
            solids.size,
            solids.reach,
            solids.planes,
            solids.first_plane,
        )


def _fixed_bodies(scene: Scene) -> list[bool]:
    """Whether each body can never move: static, and so is every parent."""
    fixed: list[bool] = []
    for body in scene.bodies:
        fixed.append(body.motion is Motion.STATIC and (not body.parent or fixed[scene.body_index[body.parent]]))
    return fixed


def _solids(scene: Scene, rows: Sequence[int]) -> Solids:
    pairs = [(i, g) for i in rows for g in scene.bodies[i].geoms if g.collides and g.shape is not Shape.PLANE]
    hulls = [_hull(scene, g) for _, g in pairs]
    counts = [len(planes) for planes, _ in hulls]
    return Solids(
        code=np.array([_CODES[g.shape] for _, g in pairs], dtype=np.int64),
        body=np.array([i for i, _ in pairs], dtype=np.int64),
        local=np.array([(*g.pose.position, *g.pose.quaternion) for _, g in pairs]).reshape(-1, 7),
        size=np.array([g.size for _, g in pairs], dtype=np.float64).reshape(-1, 3),
        reach=np.array([r for _, r in hulls], dtype=np.float64),
        planes=np.concatenate([np.zeros((0, 4)), *(planes for planes, _ in hulls)]),
        first_plane=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
    )


def _hull(scene: Scene, geom: Geom) -> tuple[FloatArray, float]:
    """Hull planes (none for primitives) and the bounding radius of a geom."""
    a, b, c = geom.size
    match geom.shape:
        case Shape.BOX:
            return np.zeros((0, 4)), sqrt(a * a + b * b + c * c)
        case Shape.CYLINDER:
            return np.zeros((0, 4)), sqrt(a * a + b * b)
        case Shape.CAPSULE:
            return np.zeros((0, 4)), a + b
        case Shape.MESH:
            from scipy.spatial import ConvexHull

            mesh = next(m for m in scene.meshes if m.name == geom.mesh)
            vertices = np.array(mesh.vertices) * np.array(geom.size)
            return ConvexHull(vertices).equations, float(np.linalg.norm(vertices, axis=1).max())
        case _:
            return np.zeros((0, 4)), a


def _heights(solids: Solids, placed: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest z of each placed geom; exact for boxes, bounding radius for the others."""
    extent = solids.reach.copy()
    boxes = solids.code == _BOX
    up = np.abs(geometry.matrix_from_quaternion(placed[boxes, 3:])[:, 2, :])
    extent[boxes] = (up * solids.size[boxes]).sum(axis=1)
    return placed[:, 2] - extent, placed[:, 2] + extent


@numba.njit(cache=True)
def _cast(  # noqa: PLR0913 - flat arrays are what a compiled loop takes
    code, body, placed, size, reach, planes, first_plane, rows, origin, first_angle, step, max_range, distance, hit
):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    count = len(distance)
    full_turn = 2.0 * np.pi
    for row in rows:
        dx = placed[row, 0] - origin[0]
        dy = placed[row, 1] - origin[1]
        dz = placed[row, 2] - origin[2]
        radius = reach[row]
        flat = sqrt(dx * dx + dy * dy)
        if abs(dz) > radius or flat - radius > max_range:
            continue
        if flat <= radius:
            first, last = 0, count - 1
        else:
            half = asin(radius / flat)
            middle = atan2(dy, dx) - first_angle
            first = int(ceil((middle - half) / step))
            last = int(floor((middle + half) / step))
        turns = int(round(full_turn / step))
        w, x, y, z = placed[row, 3], placed[row, 4], placed[row, 5], placed[row, 6]
        # Rows of the inverse rotation; the third component of a horizontal ray's direction is zero.
        m00, m01, m02 = 1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)
        m10, m11, m12 = 2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)
        m20, m21, m22 = 2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)
        ox = -(m00 * dx + m01 * dy + m02 * dz)
        oy = -(m10 * dx + m11 * dy + m12 * dz)
        oz = -(m20 * dx + m21 * dy + m22 * dz)
        for index in range(first, last + 1):
            k = index % turns
            if k >= count:
                continue
            angle = first_angle + k * step
            c, s = np.cos(angle), np.sin(angle)
            ux, uy, uz = m00 * c + m01 * s, m10 * c + m11 * s, m20 * c + m21 * s
            kind = code[row]
            if kind == _BOX:
                t = _ray_box(ox, oy, oz, ux, uy, uz, size[row, 0], size[row, 1], size[row, 2])
            elif kind == _SPHERE:
                t = _ray_sphere(ox, oy, oz, ux, uy, uz, size[row, 0])
            elif kind == _CYLINDER:
                t = _ray_cylinder(ox, oy, oz, ux, uy, uz, size[row, 0], size[row, 1])
            elif kind == _CAPSULE:
                t = _ray_capsule(ox, oy, oz, ux, uy, uz, size[row, 0], size[row, 1])
            else:
                t = _ray_hull(ox, oy, oz, ux, uy, uz, planes, first_plane[row], first_plane[row + 1])
            if t <= max_range and t < distance[k]:
                distance[k] = t
                hit[k] = body[row]


@numba.njit(cache=True)
def _slab(o, u, h, near, far):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    if abs(u) < 1e-12:
        if abs(o) > h:
            return inf, -inf
        return near, far
    a, b = (-h - o) / u, (h - o) / u
    return max(near, min(a, b)), min(far, max(a, b))


@numba.njit(cache=True)
def _ray_box(ox, oy, oz, ux, uy, uz, hx, hy, hz):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    near, far = _slab(ox, ux, hx, 0.0, inf)
    near, far = _slab(oy, uy, hy, near, far)
    near, far = _slab(oz, uz, hz, near, far)
    return near if near <= far else inf


@numba.njit(cache=True)
def _ray_sphere(ox, oy, oz, ux, uy, uz, r):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    b = ox * ux + oy * uy + oz * uz
    c = ox * ox + oy * oy + oz * oz - r * r
    if c <= 0.0:
        return 0.0
    root = b * b - c
    if root < 0.0 or b > 0.0:
        return inf
    return -b - sqrt(root)


@numba.njit(cache=True)
def _ray_cylinder(ox, oy, oz, ux, uy, uz, r, h):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    near, far = _slab(oz, uz, h, 0.0, inf)
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


@numba.njit(cache=True)
def _ray_capsule(ox, oy, oz, ux, uy, uz, r, h):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    t = _ray_cylinder(ox, oy, oz, ux, uy, uz, r, h)
    t = min(t, _ray_sphere(ox, oy, oz - h, ux, uy, uz, r))
    return min(t, _ray_sphere(ox, oy, oz + h, ux, uy, uz, r))


@numba.njit(cache=True)
def _ray_hull(ox, oy, oz, ux, uy, uz, planes, first, last):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    near, far = 0.0, inf
    for p in range(first, last):
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
