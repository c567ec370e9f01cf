"""From layout to scene: deterministic, labelled without gaps, complete."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest

import factories
from factories.equipment.carton import Carton
from factories.equipment.rack import Rack
from factories.equipment.worker import Worker
from factories.layout import Layout
from twin.errors import InputError
from twin.geometry import inverse, transform_points
from twin.scene import Body, Geom, Instance, Motion, Pose, Scene, Shape, pose_world_camera, validate


@dataclass(frozen=True)
class Cart:
    """A robot as far as layouts know."""

    def scene(self, pose: Pose, name: str = "robot") -> Scene:
        body = Body(name, pose, motion=Motion.KINEMATIC, instance=1)
        return Scene(name, (body,), (Instance(1, name, "robot", name, (0, 0, 0.2), (0.8, 0.6, 0.4)),))


@pytest.fixture(scope="module", params=factories.names())
def layout(request: pytest.FixtureRequest) -> Layout:
    return factories.load(request.param)


def test_the_same_layout_gives_the_same_scene(layout: Layout) -> None:
    scene = factories.build(layout)
    assert scene == factories.build(Layout.model_validate(layout.model_dump()))
    assert scene.digest() == factories.build(layout).digest()
    validate(scene)


def test_instances_are_numbered_from_one_without_gaps_and_have_one_body_each(layout: Layout) -> None:
    scene = factories.build(layout)
    assert [instance.id for instance in scene.instances] == list(range(1, len(scene.instances) + 1))
    assert Counter(body.instance for body in scene.bodies) == Counter(range(1, len(scene.instances) + 1))


def test_boxes_of_instances_enclose_what_is_drawn_tightly(layout: Layout) -> None:
    scene = factories.build(layout)
    for instance in scene.instances:
        body = scene.bodies[scene.body_index[instance.body]]
        points = np.concatenate([surface_points(scene, geom) for geom in body.geoms if geom.visible])
        low, high = (
            np.array(instance.center) - np.array(instance.size) / 2,
            np.array(instance.center) + np.array(instance.size) / 2,
        )
        assert (points >= low - 1e-6).all(), instance.name
        assert (points <= high + 1e-6).all(), instance.name
        slack = np.maximum(points.min(axis=0) - low, high - points.max(axis=0)).max()
        assert slack < 0.01, instance.name


def surface_points(scene: Scene, geom: Geom) -> np.ndarray:
    """Points on a geom in its body's frame: corners of boxes, vertices of meshes, samples of round things."""
    a, b, c = geom.size
    turns, tilts = (axis.ravel() for axis in np.meshgrid(np.linspace(0, 2 * np.pi, 37), np.linspace(0, np.pi, 37)))
    ball = a * np.stack([np.cos(turns) * np.sin(tilts), np.sin(turns) * np.sin(tilts), np.cos(tilts)], axis=-1)
    ring = a * np.stack([np.cos(turns), np.sin(turns), 0 * turns], axis=-1)
    up = np.array([0.0, 0.0, b])
    match geom.shape:
        case Shape.MESH:
            local = np.array(next(m.vertices for m in scene.meshes if m.name == geom.mesh))
        case Shape.CYLINDER:
            local = np.concatenate([ring + up, ring - up])
        case Shape.CAPSULE:
            local = np.concatenate([ball + up, ball - up])
        case Shape.SPHERE:
            local = ball
        case Shape.PLANE:
            local = np.array([(x * a, y * b, 0.0) for x in (-1, 1) for y in (-1, 1)])
        case _:
            local = np.array([(x * a, y * b, z * c) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    return transform_points(geom.pose.array(), local)


def test_both_overview_cameras_see_the_whole_floor(layout: Layout) -> None:
    scene = factories.build(layout)
    x0, y0, x1, y1 = layout.bounds
    floor = np.array([(x, y, 0.0) for x in (x0, x1) for y in (y0, y1)])
    for name in ("overview", "perspective"):
        camera = scene.camera(name)
        pose = pose_world_camera(scene, camera, scene.initial_poses)
        seen = transform_points(inverse(pose), floor)
        pixels = seen @ camera.lens.matrix().T
        pixels = pixels[:, :2] / pixels[:, 2:]
        assert (seen[:, 2] > camera.lens.near).all()
        assert (seen[:, 2] < camera.lens.far).all()
        assert (pixels >= -0.5).all()
        assert (pixels <= (camera.lens.width - 0.5, camera.lens.height - 0.5)).all()


def test_overview_has_north_up(layout: Layout) -> None:
    camera = factories.build(layout).camera("overview")
    axes = np.array([transform_points(camera.pose.array(), np.eye(3)) - camera.pose.position])[0]
    np.testing.assert_allclose(axes, [(1, 0, 0), (0, -1, 0), (0, 0, -1)], atol=1e-12)


def test_the_small_warehouse_is_as_large_as_the_benchmarks_need() -> None:
    layout = factories.load("small_warehouse")
    scene = factories.build(layout)
    classes = Counter(instance.class_name for instance in scene.instances)
    assert layout.size == (30, 20)
    assert sum(len(body.geoms) for body in scene.bodies) >= 400
    assert sum(item.type == "pallet" for item in layout.equipment) == 10
    assert classes["person"] == len(scene.patrols) == 3
    assert {"forklift", "pallet_truck", "stillage", "small_load_carrier", "charging_dock"} <= classes.keys()


def test_loose_is_what_may_have_moved_since_the_map_was_drawn(layout: Layout) -> None:
    scene = factories.build(layout)
    loose = {instance.class_name for instance in scene.instances if instance.loose}
    fixed = {instance.class_name for instance in scene.instances if not instance.loose}
    assert {"person", "forklift", "pallet"} <= loose
    assert fixed >= {"floor", "wall", "door", "charging_dock", "workstation"}
    assert not fixed & {"person", "forklift", "pallet_truck", "stillage"}


def test_walkers_start_where_their_patrol_starts() -> None:
    layout = Layout(name="w", size=(9, 9), equipment=(Worker(at=(2, 3), waypoints=((2, 8),), name="ann"),))
    scene = factories.build(layout)
    (patrol,) = scene.patrols
    pose = scene.initial_poses[scene.body_index[patrol.body]]
    np.testing.assert_allclose(pose, Pose.planar(2, 3, np.pi / 2).array(), atol=1e-12)
    assert patrol.waypoints[0] == (2.0, 3.0)


def test_parts_stand_where_the_equipment_stands_turned() -> None:
    layout = Layout(name="r", size=(30, 20), equipment=(Rack(at=(10, 9), yaw_deg=90, fill=1),))
    scene = factories.build(layout)
    pallets = [scene.body_index[i.body] for i in scene.instances if i.class_name == "pallet"]
    x, y = scene.initial_poses[pallets, :2].T
    assert np.ptp(y) > 6 > 2 > np.ptp(x)
    assert (x.mean(), y.mean()) == pytest.approx((10, 9), abs=0.05)


def test_belts_move_along_their_own_x_axis() -> None:
    scene = factories.build(factories.load("assembly_line"))
    speeds = {g.surface_velocity for b in scene.bodies if b.name.startswith("line_a") for g in b.geoms}
    assert speeds == {(0.3, 0.0, 0.0), (0.0, 0.0, 0.0)}


def test_a_hall_elsewhere_has_its_walls_around_it() -> None:
    scene = factories.build(Layout(name="o", size=(10, 6), origin=(-3, 2)))
    walls = {b.name: b.pose.position for b in scene.bodies if b.name.startswith("wall")}
    assert walls["wall_south"] == pytest.approx((2, 1.9, 0))
    assert walls["wall_east"] == pytest.approx((7.1, 5, 0))


def test_a_robot_stands_at_its_pose_behind_all_other_instances() -> None:
    layout = Layout(name="c", size=(9, 9), equipment=(Carton(at=(2, 2)),))
    scene = factories.build(layout, Cart(), Pose.planar(5, 5, 1))
    assert scene.name == "c"
    assert scene.bodies[-1].name == "robot"
    assert scene.bodies[-1].instance == len(scene.instances) == len(factories.build(layout).instances) + 1
    assert scene.bodies[-1].pose == Pose.planar(5, 5, 1)


def test_a_robot_needs_a_pose() -> None:
    with pytest.raises(InputError, match="a robot needs a pose"):
        factories.build(Layout(name="c", size=(9, 9)), Cart())
