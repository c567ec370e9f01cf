"""What a scene's solids cover on the floor, seen from above: boxes, discs and convex polygons."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from twin.errors import InputError
from twin.geometry import FloatArray, compose, matrix_from_quaternion
from twin.scene import Body, Geom, Motion, Scene, Shape, Vec3

UPRIGHT = 1 - 1e-6
"""An axis with at least this |z| counts as vertical."""


@dataclass(frozen=True)
class Footprints:
    """Areas on the floor, metres. A slab is the projection of a box: its centre and three half edges."""

    slabs: FloatArray
    """Shape (n, 4, 2): centre, then the box's three half edges projected to the floor."""
    discs: FloatArray
    """Shape (m, 3): centre x, y and radius."""
    polygons: tuple[FloatArray, ...] = ()
    """Each (k, 2): corners of a convex polygon, counter-clockwise."""

    @classmethod
    def of_boxes(cls, corners: FloatArray) -> "Footprints":
        """Rectangles given by their corners (n, 4, 2) in order."""
        first, second, third, fourth = np.moveaxis(corners, 1, 0)
        edges = [(second - first) / 2, (fourth - first) / 2, np.zeros_like(first)]
        return cls(np.stack([(first + third) / 2, *edges], axis=1), np.zeros((0, 3)))

    def bounds(self) -> tuple[float, float, float, float]:
        """Smallest x, y and largest x, y; raises ``InputError`` where there is nothing."""
        reach = np.abs(self.slabs[:, 1:]).sum(axis=1)
        lows = [self.slabs[:, 0] - reach, self.discs[:, :2] - self.discs[:, 2:], *self.polygons]
        highs = [self.slabs[:, 0] + reach, self.discs[:, :2] + self.discs[:, 2:], *self.polygons]
        if not sum(len(low) for low in lows):
            raise InputError(
                "nothing solid stands in this scene, so the floor has no bounds; pass bounds=(x0, y0, x1, y1)"
            )
        x0, y0 = np.concatenate(lows).min(axis=0)
        x1, y1 = np.concatenate(highs).max(axis=0)
        return float(x0), float(y0), float(x1), float(y1)

    def seen_from(self, x: float, y: float, yaw: float) -> "Footprints":
        """The same areas in the frame that stands at x, y with heading ``yaw``."""
        c, s = np.cos(yaw), np.sin(yaw)
        turn, shift = np.array([[c, -s], [s, c]]), np.array([x, y])
        slabs = self.slabs.copy()
        slabs[:, 0] -= shift
        discs = self.discs.copy()
        discs[:, :2] = (discs[:, :2] - shift) @ turn
        return Footprints(slabs @ turn, discs, tuple((p - shift) @ turn for p in self.polygons))


def footprints(
    scene: Scene,
    *,
    known_only: bool = False,
    z_band: tuple[float, float] = (0.05, 2.0),
    without: Collection[str] = (),
    poses: FloatArray | None = None,
) -> Footprints:
    """Footprints of every colliding geom that reaches into ``z_band`` (m).

    Who walks is left out always. ``known_only`` leaves out what else is not on a map: loose instances and all that can
    move. ``without`` names bodies left out together with what hangs on them. ``poses`` (bodies, 7) replaces the poses
    at time 0.
    """
    poses = scene.initial_poses if poses is None else poses
    solids = [
        (row, geom)
        for row, body in enumerate(_standing(scene, known_only, without))
        if body is not None
        for geom in body.geoms
        if geom.collides and geom.shape is not Shape.PLANE
    ]
    if not solids:
        return Footprints(np.zeros((0, 4, 2)), np.zeros((0, 3)))
    geoms = [geom for _, geom in solids]
    local = np.array([(*geom.pose.position, *geom.pose.quaternion) for geom in geoms], dtype=np.float64)
    world = compose(poses[[row for row, _ in solids]], local)
    return _project(geoms, world, scene, z_band)


def _standing(scene: Scene, known_only: bool, without: Collection[str]) -> Iterable[Body | None]:
    """Each body, or None in place of one that is left out."""
    loose = {i.id for i in scene.instances if i.loose} if known_only else set()
    gone = {*without, *(patrol.body for patrol in scene.patrols)}
    for body in scene.bodies:
        if body.parent in gone:
            gone.add(body.name)
        moved = known_only and (body.motion is not Motion.STATIC or body.instance in loose)
        yield None if moved or body.name in gone else body


def _project(geoms: Sequence[Geom], world: FloatArray, scene: Scene, z_band: tuple[float, float]) -> Footprints:
    center, rotation = world[:, :3], matrix_from_quaternion(world[:, 3:])
    half, radius = _extents(geoms)
    edges = np.swapaxes(rotation * half[:, None, :], 1, 2)  # (n, 3 edges, xyz)
    upright = np.abs(rotation[:, 2, 2]) >= UPRIGHT
    shapes = np.array([geom.shape for geom in geoms])
    round_ = (shapes == Shape.SPHERE) | (shapes == Shape.CAPSULE)
    mesh = shapes == Shape.MESH
    disc = (shapes == Shape.SPHERE) | (upright & ((shapes == Shape.CYLINDER) | (shapes == Shape.CAPSULE)))

    reach = np.abs(edges[:, :, 2]).sum(axis=1) + np.where(round_, radius, 0.0)
    within = (center[:, 2] - reach < z_band[1]) & (center[:, 2] + reach > z_band[0])
    slab = within & ~disc & ~mesh
    lying = within & ~disc & (shapes == Shape.CAPSULE)
    ends = np.concatenate([center[lying] + edges[lying, 2], center[lying] - edges[lying, 2]])
    return Footprints(
        slabs=np.concatenate([center[slab, None, :2], _rim(edges, radius, lying)[slab][..., :2]], axis=1),
        discs=np.column_stack(
            [
                np.concatenate([center[within & disc], ends])[:, :2],
                np.concatenate([radius[within & disc], radius[lying], radius[lying]]),
            ]
        ),
        polygons=tuple(_mesh_polygons([g for g, m in zip(geoms, mesh, strict=True) if m], world[mesh], scene, z_band)),
    )


def _extents(geoms: Sequence[Geom]) -> tuple[FloatArray, FloatArray]:
    """Half extents (n, 3) of the straight part of each geom, and its radius (n,)."""
    found = np.array([_extent(geom) for geom in geoms], dtype=np.float64).reshape(-1, 4)
    return found[:, :3], found[:, 3]


def _extent(geom: Geom) -> tuple[float, float, float, float]:
    """Half extents, and the radius."""
    a, b, c = geom.size
    match geom.shape:
        case Shape.BOX:
            return a, b, c, 0.0
        case Shape.CYLINDER:
            return a, a, b, a
        case Shape.CAPSULE:
            return 0.0, 0.0, b, a
        case _:
            return 0.0, 0.0, 0.0, a


def _rim(edges: FloatArray, radius: FloatArray, lying: np.ndarray) -> FloatArray:
    """Half edges, where a lying capsule's straight part gets the width of its radius."""
    edges = edges.copy()
    axis = edges[lying, 2, :2]
    side = np.stack([-axis[:, 1], axis[:, 0]], axis=1) / np.linalg.norm(axis, axis=1, keepdims=True)
    edges[lying, 0, :2] = side * radius[lying, None]
    return edges


def _mesh_polygons(
    geoms: Sequence[Geom], world: FloatArray, scene: Scene, z_band: tuple[float, float]
) -> Iterable[FloatArray]:
    """Hulls of the meshes' shadows. Meshes are used many times over, mostly upright: their hull is made once."""
    vertices = {mesh.name: np.array(mesh.vertices) for mesh in scene.meshes if mesh.name in {g.mesh for g in geoms}}
    upright: dict[tuple[str, Vec3], tuple[FloatArray, float, float]] = {}
    for geom, pose, rotation in zip(geoms, world, matrix_from_quaternion(world[:, 3:]), strict=True):
        if rotation[2, 2] >= UPRIGHT:
            if (key := (geom.mesh, geom.size)) not in upright:
                upright[key] = _shadow(vertices[geom.mesh] * geom.size)
            hull, low, high = upright[key]
            hull = hull @ rotation[:2, :2].T
        else:
            hull, low, high = _shadow(vertices[geom.mesh] * geom.size @ rotation.T)
        if pose[2] + low < z_band[1] and pose[2] + high > z_band[0]:
            yield hull + pose[:2]


def _shadow(points: FloatArray) -> tuple[FloatArray, float, float]:
    """Corners of the convex hull of points (n, 3) seen from above, and their lowest and highest z."""
    from scipy.spatial import ConvexHull

    return points[ConvexHull(points[:, :2]).vertices, :2], float(points[:, 2].min()), float(points[:, 2].max())
