from dataclasses import replace

import numpy as np
import pytest

import robots
from twin import geometry
from twin.physics import create
from twin.scene import Body, Geom, Motion, Pose, Scene, Shape, merge, pose_world_camera, validate

HALL = Scene("hall", (Body("floor", geoms=(Geom(Shape.PLANE, (20.0, 20.0, 1.0)),)),))

pytestmark = pytest.mark.parametrize("name", robots.names())


def test_fragment_is_a_scene_on_its_own(name: str):
    scene = robots.load(name).scene(Pose.planar(1.0, 2.0, 0.5), "r1")
    validate(scene)
    assert scene.bodies[0].name == "r1"
    assert scene.bodies[0].motion is Motion.FREE
    assert {body.instance for body in scene.bodies} == {1}
    assert [(i.class_name, i.body) for i in scene.instances] == [("robot", "r1")]
    assert all(part.name.startswith("r1/") for part in (*scene.bodies[1:], *scene.cameras, *scene.actuators))


def test_two_of_them_share_a_hall(name: str):
    robot = robots.load(name)
    scene = merge(HALL, robot.scene(Pose.planar(0, 0), "a"), robot.scene(Pose.planar(3, 0), "b"))
    assert len({instance.id for instance in scene.instances}) == 2
    assert len(scene.materials) == len(robot.model.materials)


def test_everything_that_collides_lies_within_footprint_and_height(name: str):
    robot = robots.load(name)
    scene = robot.scene(Pose())
    for body, pose in zip(scene.bodies, scene.initial_poses, strict=True):
        for geom in body.geoms:
            if geom.collides:
                low, high = bounds(geom, geometry.compose(pose, geom.pose.array()))
                assert high[2] <= robot.height + 1e-9
                assert low[2] >= -1e-9
                for corner in (low, high):
                    assert np.linalg.norm(corner[:2]) <= robot.radius + 1e-3
    instance = scene.instances[0]
    assert instance.size[2] == pytest.approx(robot.height)
    assert instance.center[2] == pytest.approx(robot.height / 2)


def bounds(geom: Geom, pose: geometry.FloatArray) -> tuple[np.ndarray, np.ndarray]:
    a, b, c = geom.size
    half = {Shape.BOX: (a, b, c), Shape.SPHERE: (a, a, a), Shape.CYLINDER: (a, a, b)}[geom.shape]
    reach = np.abs(geometry.matrix_from_quaternion(pose[3:])) @ np.array(half)
    return pose[:3] - reach, pose[:3] + reach


def test_cameras_look_where_the_file_says_and_upright(name: str):
    robot = robots.load(name)
    scene = robot.scene(Pose.planar(0, 0, np.pi / 2))
    mounts = {mount.name: mount for mount in robot.sensors.cameras}
    for described in robot.model.sensors.cameras:
        camera, mount = scene.camera(f"robot/{described.name}"), mounts[described.name]
        pose = pose_world_camera(scene, camera, scene.initial_poses)
        yaw, pitch = np.pi / 2 + described.yaw, described.pitch
        ahead = [np.cos(pitch) * np.cos(yaw), np.cos(pitch) * np.sin(yaw), -np.sin(pitch)]
        np.testing.assert_allclose(geometry.rotate(pose[3:], [0.0, 0.0, 1.0]), ahead, atol=1e-9)
        assert geometry.rotate(pose[3:], [0.0, 1.0, 0.0])[2] == pytest.approx(-np.cos(pitch))
        assert pose[2] == pytest.approx(described.position[2])
        assert mount.pose == camera.pose
        assert mount.lens == camera.lens


@pytest.mark.parametrize("engine", ["mujoco", "pybullet"])
def test_stands_still_and_level(name: str, engine: str):
    scene = merge(HALL, robots.load(name).scene(Pose()))
    with create(engine, scene) as physics:
        physics.step(round(2.0 / physics.timestep))
        pose = physics.poses()[1]
        np.testing.assert_allclose(pose[:3], 0.0, atol=2e-3)
        assert np.abs(pose[4:]).max() < 3e-3
        assert np.abs(physics.velocities()[1]).max() < 2e-3


@pytest.mark.parametrize("engine", ["mujoco", "pybullet"])
def test_parts_never_touch_each_other(name: str, engine: str):
    scene = merge(HALL, robots.load(name).scene(Pose()))
    with create(engine, scene) as physics:
        physics.command(np.ones(len(scene.actuators)))
        physics.step(round(1.0 / physics.timestep))
        assert (physics.contacts().bodies.min(axis=1) == 0).all()


@pytest.mark.parametrize("engine", ["mujoco", "pybullet"])
def test_wheels_in_the_air_settle_at_their_speed(name: str, engine: str):
    robot = robots.load(name)
    scene = robot.scene(Pose())
    hung = replace(scene, bodies=(replace(scene.bodies[0], motion=Motion.KINEMATIC), *scene.bodies[1:]))
    twist = np.array([1.0, 0.0, 0.0])
    with create(engine, hung) as physics:
        physics.command(robot.drive.targets(twist, physics.joint_state()[0]))
        physics.step(round(2.0 / physics.timestep))
        np.testing.assert_allclose(robot.drive.twist(*physics.joint_state()), twist, atol=0.02)
