"""Planar rays end where the engines' own rays end."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin import geometry
from twin.physics import create
from twin.physics.base import RayHits
from twin.scene import Body, Geom, Motion, Pose, Scene, Shape
from twin.sensors.raycast import Fan, PlanarRays
from twin.testing.stages import FLOOR, TETRAHEDRON

FAN = Fan(-2.5, 2 * np.pi / 120, 120, 10.0)
PRIMITIVES = (Shape.BOX, Shape.SPHERE, Shape.CYLINDER, Shape.CAPSULE)
seeds = st.integers(0, 2**32 - 1)


def random_pose(rng: np.random.Generator, upright: bool) -> Pose:
    """Somewhere around the origin, where the rays start, but not on it."""
    angle, distance = rng.uniform(-np.pi, np.pi), rng.uniform(2.0, 9.0)
    axis = [0.0, 0.0, 1.0] if upright else rng.normal(size=3)
    turn = geometry.quaternion_from_axis_angle(axis, rng.uniform(-np.pi, np.pi))
    return Pose.of([distance * np.cos(angle), distance * np.sin(angle), rng.uniform(0.0, 1.5), *turn])


def random_scene(rng: np.random.Generator, shapes: tuple[Shape, ...], count: int = 12) -> Scene:
    bodies = [FLOOR]
    for k in range(count):
        shape = shapes[rng.integers(len(shapes))]
        geom = Geom(shape, tuple(rng.uniform(0.1, 0.8, 3)), mesh="tetrahedron" if shape is Shape.MESH else "")
        motion = (Motion.STATIC, Motion.KINEMATIC, Motion.FREE)[rng.integers(3)]
        mass = 5.0 if motion is Motion.FREE else 0.0
        bodies.append(Body(f"b{k}", random_pose(rng, upright=rng.random() < 0.4), (geom,), motion, mass=mass))
    return Scene("random", tuple(bodies), meshes=(TETRAHEDRON,))


def directions(fan: Fan) -> np.ndarray:
    angles = fan.first_angle + fan.step * np.arange(fan.rays)
    return np.stack([np.cos(angles), np.sin(angles), np.zeros(fan.rays)], axis=-1)


def engine_rays(engine: str, scene: Scene, height: float) -> RayHits:
    with create(engine, scene) as physics:
        return physics.cast_rays(np.tile([0.0, 0.0, height], (FAN.rays, 1)), directions(FAN), FAN.range)


def our_rays(scene: Scene, height: float) -> np.ndarray:
    return PlanarRays(scene).cast(scene.initial_poses, (0.0, 0.0, height), (0.0,), FAN)[0]


def grown(scene: Scene, by: float) -> Scene:
    """The same scene with every primitive larger by so many metres to each side."""

    def larger(geom: Geom) -> Geom:
        a, b, c = geom.size
        return replace(geom, size=(a + by, b if geom.shape is Shape.CAPSULE else b + by, c + by))

    return replace(scene, bodies=tuple(replace(b, geoms=tuple(map(larger, b.geoms))) for b in scene.bodies))


def gaps(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    hit = np.isfinite(ours) & np.isfinite(theirs)
    return np.abs(ours[hit] - theirs[hit])


@settings(max_examples=20)
@given(seeds)
def test_mujoco_ends_its_rays_at_the_same_places(seed: int):
    rng = np.random.default_rng(seed)
    scene, height = random_scene(rng, (*PRIMITIVES, Shape.MESH)), rng.uniform(0.1, 1.2)
    distance, body = PlanarRays(scene).cast(scene.initial_poses, (0.0, 0.0, height), (0.0,), FAN)
    theirs = engine_rays("mujoco", scene, height)
    np.testing.assert_array_equal(body, theirs.body)
    assert gaps(distance, theirs.distance).max(initial=0.0) < 1e-6


@settings(max_examples=8)
@given(seeds)
def test_pybullet_too_within_a_millimetre_of_the_surface(seed: int):
    """Its rays creep up to round surfaces and stop early: they must end between grown and shrunk shapes."""
    rng = np.random.default_rng(seed)
    scene, height = random_scene(rng, PRIMITIVES), rng.uniform(0.1, 1.2)
    theirs = engine_rays("pybullet", scene, height).distance
    nearest, farthest = (our_rays(grown(scene, by), height) for by in (1e-3, -1e-3))
    assert (nearest <= theirs + 1e-6).all()
    assert (theirs <= farthest + 1e-6).all()


@settings(max_examples=10)
@given(seeds)
def test_what_moved_is_seen_where_it_is_now(seed: int):
    rng = np.random.default_rng(seed)
    before = random_scene(rng, PRIMITIVES)
    poses = before.initial_poses
    moving = [row for row, body in enumerate(before.bodies) if body.motion is not Motion.STATIC]
    for row in moving:
        poses[row] = random_pose(rng, upright=False).array()
    bodies = (
        Body(b.name, Pose.of(p), b.geoms, b.motion, mass=b.mass) for b, p in zip(before.bodies, poses, strict=True)
    )
    after = Scene("after", tuple(bodies))
    rays = PlanarRays(before)
    rays.cast(before.initial_poses, (0.0, 0.0, 0.5), (0.0,), FAN)
    seen = rays.cast(poses, (0.0, 0.0, 0.5), (0.0,), FAN)
    anew = PlanarRays(after).cast(after.initial_poses, (0.0, 0.0, 0.5), (0.0,), FAN)
    np.testing.assert_array_equal(seen[0], anew[0])
    np.testing.assert_array_equal(seen[1], anew[1])


@settings(max_examples=10)
@given(seeds, st.lists(st.floats(0.0, 1.0), min_size=1, max_size=4))
def test_layers_show_the_nearest_of_all(seed: int, heights: list[float]):
    scene = random_scene(np.random.default_rng(seed), PRIMITIVES)
    rays = PlanarRays(scene)
    together, _ = rays.cast(scene.initial_poses, (0.0, 0.0, 0.1), heights, FAN)
    apart = [rays.cast(scene.initial_poses, (0.0, 0.0, 0.1), (height,), FAN)[0] for height in heights]
    np.testing.assert_array_equal(together, np.min(apart, axis=0))


@pytest.mark.parametrize("height", [0.0, 0.004, 0.005, 0.0149, 0.99, 1.0])
def test_small_changes_of_height_do_not_lose_the_edge_of_a_box(height: float):
    """Geoms are looked up by rounded height; a box from 0 to 1 m is hit at every height in between."""
    crate = Body("crate", Pose((3.0, 0.0, 0.5)), (Geom(Shape.BOX, (0.5, 0.5, 0.5)),))
    distance, _ = PlanarRays(Scene("s", (crate,))).cast(np.array([crate.pose.array()]), (0, 0, height), (0.0,), FAN)
    assert distance.min() == pytest.approx(2.5, abs=0.01)


def test_rays_pass_through_what_is_ignored_invisible_or_beyond_the_range():
    def crate(name: str, x: float, collides: bool = True) -> Body:
        return Body(name, Pose((x, 0.0, 0.5)), (Geom(Shape.BOX, (0.2, 0.2, 0.5), collides=collides),))

    scene = Scene("s", (FLOOR, crate("paint", 1.0, collides=False), crate("own", 2.0), crate("far", 4.0)))
    ahead = Fan(0.0, 1.0, 1, 5.0)

    def seen(ignore: tuple[int, ...], reach: float = 5.0) -> tuple[float, int]:
        rays = PlanarRays(scene, ignore)
        fan = Fan(ahead.first_angle, ahead.step, 1, reach)
        distance, body = rays.cast(scene.initial_poses, (0.0, 0.0, 0.5), (0.0,), fan)
        return float(distance[0]), int(body[0])

    assert seen(()) == (pytest.approx(1.8), 2)
    assert seen((2,)) == (pytest.approx(3.8), 3)
    assert seen((2,), reach=3.7) == (np.inf, -1)


def test_static_parts_of_something_that_moves_move_along():
    mast = Geom(Shape.CYLINDER, (0.1, 1.0, 0.0))
    bodies = (
        Body("truck", Pose((3.0, 0.0, 0.0)), (), Motion.KINEMATIC),
        Body("mast", Pose((0.0, 0.0, 1.0)), (mast,), parent="truck"),
    )
    scene = Scene("s", bodies)
    moved = scene.initial_poses + np.array([2.0, 0, 0, 0, 0, 0, 0])
    distance, body = PlanarRays(scene).cast(moved, (0.0, 0.0, 0.5), (0.0,), Fan(0.0, 1.0, 1, 10.0))
    assert (distance[0], body[0]) == (pytest.approx(4.9), 1)
