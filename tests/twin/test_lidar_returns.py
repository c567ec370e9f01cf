"""Labelled returns are points on the things they name."""

from dataclasses import replace

import numpy as np
import pytest

import factories
import robots
from twin import geometry
from twin.scene import Pose, Scene
from twin.sensors.lidar_returns import LabelledLidar
from twin.taxonomy import CLASSES, class_id
from twin.world import Mobile, World


@pytest.fixture(scope="module")
def world() -> World:
    robot = robots.load("amr")
    scene = factories.build(factories.load("small_warehouse"), robot, Pose.planar(8.0, 10.0, 0.7))
    world = World(scene, Mobile("robot", robot.drive, robot.sensors))
    world.reset(8.0, 10.0, 0.7, np.random.default_rng(0))
    return world


def box_of(scene: Scene, ident: int) -> tuple[str, np.ndarray, np.ndarray, np.ndarray]:
    instance = next(i for i in scene.instances if i.id == ident)
    return instance.class_name, scene.body_index[instance.body], np.array(instance.center), np.array(instance.size)  # type: ignore[return-value]


def test_points_lie_in_the_boxes_of_what_they_name(world: World) -> None:
    returns = world.lidar_labelled()
    assert len(returns.points) > 50
    assert len(set(returns.class_id.tolist())) >= 3
    for point, ident, kind in zip(returns.points, returns.instance, returns.class_id, strict=True):
        name, row, center, size = box_of(world.scene, int(ident))
        local = geometry.transform_points(geometry.inverse(world.poses()[row]), point[None])[0]
        assert kind == class_id(name) == CLASSES[kind - 1].id
        assert (np.abs(local - center) <= size / 2 + 1e-6).all()


def test_the_nearest_layer_of_each_ray_is_the_scan(world: World) -> None:
    lidar = world.mobile.sensors.lidar
    returns, scan = world.lidar_labelled(), world.lidar()
    x, y, yaw = world.planar()
    angle = np.arctan2(returns.points[:, 1] - y, returns.points[:, 0] - x) - yaw - lidar.first_angle
    ray = np.rint(angle / (lidar.field_of_view / lidar.rays)).astype(int) % lidar.rays
    nearest = np.full(lidar.rays, lidar.range)
    np.minimum.at(nearest, ray, returns.range)
    assert np.allclose(nearest, scan, atol=1e-9)
    assert np.allclose(np.hypot(returns.points[:, 0] - x, returns.points[:, 1] - y), returns.range)


def test_layers_have_their_heights(world: World) -> None:
    lidar = world.mobile.sensors.lidar
    base = world.poses()[world.root, 2] + lidar.pose.position[2]
    heights = np.unique(world.lidar_labelled().points[:, 2].round(6))
    assert np.allclose(heights, base + np.array(lidar.layers), atol=1e-4)


def test_noise_and_dropout_are_the_sensors(world: World) -> None:
    config = replace(world.mobile.sensors.lidar, noise=0.05, dropout=0.3)
    lidar = LabelledLidar(world.scene, config, world.root, world.own_bodies)
    truth, noisy = lidar.scan(world.poses()), lidar.scan(world.poses(), np.random.default_rng(1))
    again = lidar.scan(world.poses(), np.random.default_rng(1))
    assert 0.5 < len(noisy.range) / len(truth.range) < 0.9
    assert np.array_equal(noisy.points, again.points)
    assert not np.isin(noisy.range, truth.range).any()
