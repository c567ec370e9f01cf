"""What each sensor reads, where the answer is known beforehand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin import geometry
from twin.physics import create
from twin.scene import Body, Geom, Motion, Pose, Scene, Shape
from twin.sensors import Bumper, Imu, Lidar, Odometry
from twin.sensors.bumper import pressed
from twin.sensors.imu import InertialUnit
from twin.sensors.lidar import LidarScanner, scan_points
from twin.sensors.odometry import Odometer

PERIOD = 0.1


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


# -- lidar ---------------------------------------------------------------------------------------------------------


def room(half: float = 4.0) -> Scene:
    """A square room around a robot with a shell, which its lidar must not see."""
    walls = [
        Body(f"wall{k}", Pose.of(geometry.planar_pose((half + 0.1) * np.cos(a), (half + 0.1) * np.sin(a), a, 0.5)), (
            Geom(Shape.BOX, (0.1, 2 * half, 0.5)),
        ))
        for k, a in enumerate(np.arange(4) * np.pi / 2)
    ]  # fmt: skip
    shell = Geom(Shape.BOX, (0.4, 0.3, 0.2), Pose((0.0, 0.0, 0.2)))
    return Scene("room", (Body("robot", geoms=(shell,), motion=Motion.FREE, mass=10.0), *walls))


def scanner(config: Lidar) -> tuple[LidarScanner, Scene]:
    scene = room()
    return LidarScanner(scene, config, 0, frozenset({0})), scene


@settings(max_examples=20)
@given(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5), st.floats(-np.pi, np.pi), st.floats(-np.pi, np.pi))
def test_scans_show_the_walls_where_they_are(x: float, y: float, yaw: float, mount_yaw: float):
    config = Lidar(Pose.planar(0.3, 0.1, mount_yaw, 0.2), rays=72, range=20.0)
    lidar, scene = scanner(config)
    poses = scene.initial_poses
    poses[0] = geometry.planar_pose(x, y, yaw)
    ranges, bodies = lidar.scan(poses)
    points = geometry.transform_points(poses[0], np.pad(scan_points(config, ranges), ((0, 0), (0, 1))))
    assert len(points) == 72
    assert (bodies > 0).all()
    np.testing.assert_allclose(np.abs(points[:, :2]).max(axis=1), 4.0, atol=1e-6)


def test_what_does_not_return_reads_the_full_range_and_is_no_point():
    config = Lidar(rays=8, range=3.0, noise=0.5)
    lidar, scene = scanner(config)
    ranges, bodies = lidar.scan(scene.initial_poses, rng())
    np.testing.assert_array_equal(ranges, np.full(8, 3.0))
    np.testing.assert_array_equal(bodies, np.full(8, -1))
    assert scan_points(config, ranges).shape == (0, 2)


def test_noise_and_dropout_have_the_size_that_was_asked_for():
    config = Lidar(rays=4000, range=20.0, noise=0.03, dropout=0.2)
    lidar, scene = scanner(config)
    truth, _ = lidar.scan(scene.initial_poses)
    noisy, bodies = lidar.scan(scene.initial_poses, rng())
    lost = bodies < 0
    assert np.mean(lost) == pytest.approx(0.2, abs=0.03)
    np.testing.assert_array_equal(noisy[lost], np.full(lost.sum(), 20.0))
    assert np.std((noisy - truth)[~lost]) == pytest.approx(0.03, rel=0.1)
    assert noisy.min() >= 0.0
    assert noisy.max() <= 20.0


def test_a_narrow_lidar_looks_ahead():
    config = Lidar(rays=3, field_of_view=0.3, first_angle=-0.1, range=20.0)
    lidar, scene = scanner(config)
    np.testing.assert_allclose(lidar.scan(scene.initial_poses)[0], 4.0 / np.cos([-0.1, 0.0, 0.1]), rtol=1e-9)


# -- odometry ------------------------------------------------------------------------------------------------------


def driven(config: Odometry, seed: int, steps: int, twist: tuple[float, float, float]) -> np.ndarray:
    draws = np.random.default_rng(seed)
    odometer = Odometer(config)
    odometer.reset(draws)
    for _ in range(steps):
        odometer.update(np.array(twist), PERIOD, draws)
    return odometer.pose


def test_perfect_odometry_is_the_way():
    perfect = Odometry(0.0, 0.0, 0.0)
    np.testing.assert_allclose(driven(perfect, 0, 100, (1.0, 0.0, 0.0)), [10.0, 0.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(driven(perfect, 0, 100, (0.0, 0.5, 0.0)), [0.0, 5.0, 0.0], atol=1e-9)
    # A full circle, to second order in a step's angle.
    np.testing.assert_allclose(driven(perfect, 0, 100, (1.0, 0.0, 2 * np.pi / 10)), [0, 0, 2 * np.pi], atol=1e-3)


def test_drift_grows_with_the_way_as_its_scale_errors_say():
    config = Odometry(linear_scale_error=0.02, angular_scale_error=0.05, noise=0.0)
    ends = np.array([driven(config, seed, 50, (1.0, 0.0, 0.0)) for seed in range(400)])
    assert np.std(ends[:, 0]) == pytest.approx(0.02 * 5.0, rel=0.15)
    np.testing.assert_array_equal(ends[:, 2], 0.0)
    turns = np.array([driven(config, seed, 50, (0.0, 0.0, 1.0))[2] for seed in range(400)])
    assert np.std(turns) == pytest.approx(0.05 * 5.0, rel=0.15)
    twice = np.array([driven(config, seed, 100, (1.0, 0.0, 0.0)) for seed in range(3)])
    np.testing.assert_allclose(twice[:, 0], 2 * ends[:3, 0])


def test_standing_still_does_not_drift():
    np.testing.assert_array_equal(driven(Odometry(noise=0.5), 3, 100, (0.0, 0.0, 0.0)), np.zeros(3))


def test_an_episode_has_a_drift_of_its_own_from_its_seed():
    ends = [driven(Odometry(), seed, 30, (1.0, 0.0, 0.2)).tolist() for seed in (1, 1, 2)]
    assert ends[0] == ends[1] != ends[2]


# -- IMU -----------------------------------------------------------------------------------------------------------

SILENT = Imu(accelerometer_noise=0.0, gyroscope_noise=0.0)


@pytest.mark.parametrize("engine", ["mujoco", "pybullet"])
def test_at_rest_an_imu_feels_the_floor_push_up(engine: str):
    crate = Body("crate", Pose((0, 0, 0.1)), (Geom(Shape.BOX, (0.1, 0.1, 0.1)),), Motion.FREE, mass=2.0)
    scene = Scene("s", (Body("floor", geoms=(Geom(Shape.PLANE, (5.0, 5.0, 1.0)),)), crate))
    with create(engine, scene) as physics:
        physics.step(round(1.0 / physics.timestep))
        before = physics.poses()[1], physics.velocities()[1]
        physics.step(round(PERIOD / physics.timestep))
        now = physics.poses()[1], physics.velocities()[1]
    np.testing.assert_allclose(
        InertialUnit(SILENT).sample(before, now, PERIOD, rng()), [0, 0, 9.81, 0, 0, 0], atol=2e-3
    )


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_a_tilted_imu_feels_the_same_force_in_its_own_frame(seed: int):
    draws = np.random.default_rng(seed)
    turn = geometry.quaternion_from_axis_angle(draws.normal(size=3), draws.uniform(-3, 3))
    mount = geometry.quaternion_from_axis_angle(draws.normal(size=3), draws.uniform(-3, 3))
    unit = InertialUnit(Imu(Pose.of([0.3, 0.1, 0.2, *mount]), 0.0, 0.0))
    still = (np.array([1.0, 2.0, 0.0, *turn]), np.zeros(6))
    reading = unit.sample(still, still, PERIOD, rng())
    world = geometry.rotate(geometry.quaternion_multiply(turn, mount), reading[:3])
    np.testing.assert_allclose(world, [0.0, 0.0, 9.81], atol=1e-9)


def test_falling_freely_weighs_nothing_and_speeding_up_pushes_forward():
    unit = InertialUnit(SILENT)
    pose = geometry.planar_pose(0.0, 0.0, np.pi / 2)

    def moving(*velocity: float) -> tuple[np.ndarray, np.ndarray]:
        return pose, np.array([*velocity, 0.0, 0.0, 0.0])

    falling = unit.sample(moving(0, 0, 0), moving(0, 0, -0.981), PERIOD, rng())
    np.testing.assert_allclose(falling[:3], 0.0, atol=1e-12)
    # It faces +y, so speeding up along +y is forward.
    faster = unit.sample(moving(0, 0, 0), moving(0, 0.2, 0), PERIOD, rng())
    np.testing.assert_allclose(faster[:3], [2.0, 0.0, 9.81], atol=1e-12)


def test_off_the_centre_a_turn_pulls_outwards():
    """Turning at w, a sensor a metre ahead of the centre feels w^2 towards it (small steps: exact in the limit)."""
    unit = InertialUnit(Imu(Pose((1.0, 0.0, 0.0)), 0.0, 0.0))
    w, dt = 2.0, 1e-4
    motions = [(geometry.planar_pose(0, 0, w * t), np.array([0, 0, 0, 0, 0, w])) for t in (0.0, dt)]
    np.testing.assert_allclose(unit.sample(*motions, dt, rng()), [-(w**2), 0, 9.81, 0, 0, w], atol=1e-3)


def test_imu_noise_has_the_size_that_was_asked_for():
    unit, draws = InertialUnit(Imu(accelerometer_noise=0.2, gyroscope_noise=0.01)), rng()
    still = (geometry.planar_pose(0, 0), np.zeros(6))
    readings = np.array([unit.sample(still, still, PERIOD, draws) for _ in range(1000)])
    np.testing.assert_allclose(readings.std(axis=0), [0.2] * 3 + [0.01] * 3, rtol=0.1)


# -- bumper --------------------------------------------------------------------------------------------------------


@given(st.integers(1, 16), st.floats(-np.pi, np.pi), st.integers(0, 15))
def test_the_middle_of_a_sector_presses_that_sector(sectors: int, yaw: float, sector: int):
    sector %= sectors
    angle = yaw + 2 * np.pi * sector / sectors
    contact = np.array([[2.0 + 0.5 * np.cos(angle), 1.0 + 0.5 * np.sin(angle), 0.2]])
    state = pressed(Bumper(sectors), geometry.planar_pose(2.0, 1.0, yaw), contact)
    np.testing.assert_array_equal(np.flatnonzero(state), [sector])


def test_sectors_count_counter_clockwise_from_ahead_and_several_may_be_pressed():
    ahead, left, behind, right = (1.0, 0.05, 0), (0.0, 1.0, 0), (-1.0, 0.0, 0), (0.0, -1.0, 0)
    pose = geometry.planar_pose(0, 0)
    for contacts, expected in (
        ([ahead], [1, 0, 0, 0]),
        ([left], [0, 1, 0, 0]),
        ([behind, right, right], [0, 0, 1, 1]),
    ):
        np.testing.assert_array_equal(pressed(Bumper(4), pose, np.array(contacts)), expected)
    np.testing.assert_array_equal(pressed(Bumper(4), pose, np.zeros((0, 3))), np.zeros(4))
