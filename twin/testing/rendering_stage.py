"""Small scenes whose images can be worked out, for the renderers' contract: a camera at the origin looks along x."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from math import pi

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import strategies as st

from twin.geometry import FloatArray, compose, inverse, matrix_from_quaternion
from twin.lenses import Lens, unproject
from twin.rendering.base import Frame, Renderer
from twin.scene import Body, Camera, Geom, Instance, Material, Mesh, Motion, Pose, Quaternion, Scene, Shape, Vec3

AHEAD = (0.5, -0.5, 0.5, -0.5)
"""Orientation of a camera that looks along x, with y to its left and z up."""
LENS = Lens.from_fov(64, 48, 1.0, near=0.1, far=20.0)
CAMERA = Camera("front", pose=Pose(quaternion=AHEAD), lens=LENS)
ON_AXIS = replace(CAMERA, lens=Lens.from_fov(65, 49, 1.0, near=0.1, far=20.0))
"""Odd sizes: the middle pixel, row 24 and column 32, looks straight ahead."""
MATERIALS = (
    Material("red", (0.9, 0.1, 0.1)),
    Material("lamp", (0.2, 0.8, 0.4), emission=1.0),
    Material("sign", (1.0, 1.0, 1.0), "sign:charging", texture_size=0.0),
)
WEDGE = Mesh(
    "wedge",
    ((-1, -1, -1), (-1, 1, -1), (-1, -1, 1), (-1, 1, 1), (1, -1, -1), (1, 1, -1)),
    ((0, 2, 3), (0, 3, 1), (0, 1, 5), (0, 5, 4), (2, 4, 5), (2, 5, 3), (0, 4, 2), (1, 3, 5)),
)
"""A block whose top slopes down along x from z = 1 to z = -1."""


def thing(
    instance: int,
    shape: Shape,
    size: Vec3,
    position: Vec3,
    quaternion: Quaternion = (1.0, 0.0, 0.0, 0.0),
    motion: Motion = Motion.STATIC,
    material: str = "",
) -> Body:
    """One geom that is labelled, or not with instance 0."""
    geom = Geom(shape, size, material=material, mesh="wedge" if shape is Shape.MESH else "")
    mass = 1.0 if motion is Motion.FREE else 0.0
    return Body(f"body{instance}", Pose(position, quaternion), (geom,), motion, mass=mass, instance=instance)


def box(instance: int, position: Vec3, half: Vec3 = (0.25, 0.25, 0.25), motion: Motion = Motion.STATIC) -> Body:
    """An upright box."""
    return thing(instance, Shape.BOX, half, position, motion=motion)


def stage(*bodies: Body, cameras: tuple[Camera, ...] = (CAMERA,)) -> Scene:
    """A scene of these bodies; each labelled one is a pallet."""
    instances = {
        body.instance: Instance(body.instance, body.name, "pallet", body.name, (0, 0, 0), (2, 2, 2))
        for body in bodies
        if body.instance
    }
    return Scene("stage", bodies, tuple(instances.values()), MATERIALS, (WEDGE,), cameras=cameras)


def busy_stage() -> Scene:
    """Every shape, labelled and not, on a floor."""
    floor = Body("floor", Pose((10.0, 0.0, -0.8)), (Geom(Shape.PLANE, (12.0, 12.0, 1.0)),), instance=9)
    lying = (np.cos(pi / 4), np.sin(pi / 4), 0.0, 0.0)
    return stage(
        floor,
        thing(1, Shape.BOX, (0.3, 0.2, 0.4), (4.0, 1.2, 0.0), material="red"),
        thing(2, Shape.SPHERE, (0.4, 0.0, 0.0), (4.0, 0.0, 0.3)),
        thing(3, Shape.CYLINDER, (0.3, 0.5, 0.0), (5.0, -1.2, 0.0), lying, Motion.FREE),
        thing(4, Shape.CAPSULE, (0.2, 0.4, 0.0), (3.0, -0.6, -0.2), motion=Motion.KINEMATIC),
        thing(5, Shape.MESH, (0.5, 0.3, 0.3), (6.0, 1.0, 0.5), material="lamp"),
        thing(0, Shape.BOX, (0.1, 2.0, 0.3), (8.0, 0.0, 0.0)),
    )


def _any_box(quaternion: Quaternion, position: Vec3, half: Vec3) -> Body:
    w, x, y, z = (c / float(np.linalg.norm(quaternion)) for c in quaternion)
    return thing(1, Shape.BOX, half, position, (w, x, y, z))


BOXES = st.builds(
    _any_box,
    st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: sum(c * c for c in q) > 0.1),
    st.tuples(st.floats(2.5, 6), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)),
    st.tuples(*[st.floats(0.1, 0.8)] * 3),
)
"""One box of any orientation in front of ``CAMERA``."""


def expected_box(body: Body, camera: Camera) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Depth of a box at each pixel's centre by the slab method (inf outside), and which pixels are near its outline."""
    lens = camera.lens
    pose_box_camera = compose(inverse(body.pose.array()), camera.pose.array())
    half = body.geoms[0].size
    depths = [_slab(_looks(lens, *shift), lens.near, pose_box_camera, half) for shift in _AROUND]
    hits = np.isfinite(np.stack(depths)).sum(axis=0)
    return depths[0], np.asarray((hits > 0) & (hits < len(depths)))


_AROUND = [
    (0.0, 0.0),
    *((0.6 * right, 0.6 * down) for right in (-1, 1) for down in (-1, 1)),
    *((0.85 * right, 0.85 * down) for right, down in ((-1, 0), (1, 0), (0, -1), (0, 1))),  # tips of corners
]


@lru_cache(maxsize=64)
def _looks(lens: Lens, right: float, down: float) -> FloatArray:
    """Where a lens looks beside the centre of each pixel; inverting a lens is slow."""
    grid = np.stack(np.meshgrid(np.arange(lens.width), np.arange(lens.height)), axis=-1)
    return unproject(lens, grid + np.array([right, down]))


def _slab(looks: FloatArray, near: float, pose_box_camera: FloatArray, half: Vec3) -> FloatArray:
    directions = looks @ matrix_from_quaternion(pose_box_camera[3:]).T
    with np.errstate(divide="ignore"):
        first = (-np.array(half) - pose_box_camera[:3]) / directions
        second = (np.array(half) - pose_box_camera[:3]) / directions
    enter = np.minimum(first, second).max(axis=-1)
    leave = np.maximum(first, second).min(axis=-1)
    return np.where((enter <= leave) & (enter > near), enter, np.inf)


def shifted(scene: Scene, axis: int, distance: float) -> FloatArray:
    """The initial poses, all moved along a world axis."""
    poses = scene.initial_poses.copy()
    poses[:, axis] += distance
    return poses


def same(a: Frame, b: Frame) -> bool:
    """Equal byte for byte."""
    pairs = ((a.rgb, b.rgb), (a.depth, b.depth), (a.instance, b.instance))
    return all(x.tobytes() == y.tobytes() for x, y in pairs)


def centroid(mask: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Mean column and row of a mask that must not be empty."""
    rows, columns = np.nonzero(mask)
    assert rows.size, "nothing there"
    return float(columns.mean()), float(rows.mean())


class RendererSuite:
    """Makes the renderer under test, and closes what the tests made."""

    def create(self, scene: Scene) -> Renderer:
        """The renderer under test; override it."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _leave_nothing_open(self) -> Iterator[None]:
        self._made: list[Renderer] = []
        yield
        for renderer in self._made:
            renderer.close()

    def renderer(self, scene: Scene) -> Renderer:
        """One that is closed after the test."""
        renderer = self.create(scene)
        self._made.append(renderer)
        return renderer

    def draw(self, *bodies: Body, camera: Camera = CAMERA) -> Frame:
        """One frame of these bodies where they start."""
        scene = stage(*bodies, cameras=(camera,))
        return self.renderer(scene).render(scene.initial_poses, camera)
