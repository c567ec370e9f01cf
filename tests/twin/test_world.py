"""One robot in one scene: seeded, saved, sensed, on both engines."""

import numpy as np
import pytest

import robots
from twin.moments import Moments
from twin.physics import ENGINES
from twin.scene import Body, Geom, Instance, Motion, Patrol, Pose, Scene, Shape, merge
from twin.world import Mobile, World

TWIST = (0.8, 0.0, 0.6)


def hall(robot: str) -> Scene:
    """A floor, a wall ahead at x = 3, a pallet's size of crate to the left, somebody who walks behind."""
    wall = Body("wall", Pose((3.1, 0.0, 0.5)), (Geom(Shape.BOX, (0.1, 5.0, 0.5)),), instance=2)
    crate = Body("crate", Pose((0.0, 2.0, 0.25)), (Geom(Shape.BOX, (0.4, 0.4, 0.25)),), Motion.FREE, mass=10.0)
    person = Body("person", Pose((-3.0, 0.0, 0.9)), (Geom(Shape.CYLINDER, (0.3, 0.9, 0.0)),), Motion.KINEMATIC)
    empty = Scene(
        "hall",
        (Body("floor", geoms=(Geom(Shape.PLANE, (9.0, 9.0, 1.0)),), instance=1), wall, crate, person),
        (
            Instance(1, "floor", "floor", "floor", (0, 0, 0), (18, 18, 0)),
            Instance(2, "wall", "wall", "wall", (0, 0, 0), (0.2, 10, 1)),
        ),
        patrols=(Patrol("person", ((-3.0, 0.0), (-3.0, 4.0))),),
    )
    return merge(empty, robots.load(robot).scene(Pose()))


def world(engine: str = "mujoco", robot: str = "amr", period: float = 0.1) -> World:
    described = robots.load(robot)
    return World(hall(robot), Mobile("robot", described.drive, described.sensors), engine, period)


def sensed(running: World, rng: np.random.Generator) -> np.ndarray:
    parts = [running.poses().ravel(), running.planar(), running.twist(), running.command, running.odometry_twist,
             running.lidar(rng), running.lidar(), running.odometry(), running.imu(rng), running.bumper(),
             [running.time], sorted(running.touching())]  # fmt: skip
    return np.concatenate([np.asarray(part, dtype=np.float64) for part in parts])


def episode(running: World, seed: int, steps: int = 12, start: tuple[float, float, float] = (0, 0, 0.3)) -> list:
    rng = np.random.default_rng(seed)
    running.patrols.reset(rng)
    running.reset(*start, rng)
    seen = [sensed(running, rng)]
    for _ in range(steps):
        running.step(TWIST, rng)
        seen.append(sensed(running, rng))
    return seen


def assert_same(first: list, second: list) -> None:
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("robot", robots.names())
@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_seed_gives_the_same_bits(engine: str, robot: str):
    with world(engine, robot) as one, world(engine, robot) as other:
        first = episode(one, seed=1)
        assert_same(first, episode(other, seed=1))
        episode(other, seed=2, start=(1.0, -2.0, 2.0))
        assert_same(first, episode(other, seed=1))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_saved_moment_has_the_same_future(engine: str):
    with world(engine) as running:
        rng = np.random.default_rng(0)
        episode(running, seed=1, steps=5)
        saved = running.save()
        futures = []
        for _ in range(2):
            running.restore(saved)
            poses = []
            for _ in range(6):
                running.step(TWIST, rng)
                poses.append(np.concatenate([running.poses().ravel(), running.command, running.twist()]))
            futures.append(poses)
        assert_same(*futures)


@pytest.mark.parametrize("engine", ENGINES)
def test_restoring_brings_back_everything_that_can_be_read(engine: str):
    with world(engine) as running:
        episode(running, seed=1, steps=5, start=(2.2, 0.0, 0.0))
        saved, before = running.save(), everything(running)
        episode(running, seed=2, steps=3)
        running.restore(saved)
        assert_same(before, everything(running))


def test_what_was_read_is_the_callers():
    with world() as running:
        episode(running, seed=1, steps=2)
        read = running.poses(), running.odometry(), running.twist()
        before = [part.copy() for part in read]
        episode(running, seed=2, steps=3)
        assert_same(before, list(read))


def everything(running: World) -> list:
    rng = np.random.default_rng(5)
    return [running.poses(), running.planar(), running.twist(), running.command.copy(), running.patrols.velocities(),
            running.lidar(), running.bumper(), [running.time], sorted(running.touching()),
            running.odometry_twist.copy(), running.odometry(), running.imu(rng)]  # fmt: skip


class Blurred:
    """A studio whose pictures are where everything was half a control period ago."""

    def take(self, moments: Moments, *_: object) -> np.ndarray:
        return moments.ago(moments.period / 2)


@pytest.mark.parametrize("engine", ENGINES)
def test_restoring_brings_back_what_a_long_exposure_saw(engine: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(World, "_pictures", Blurred())
    with world(engine) as running:
        episode(running, seed=1, steps=5)
        saved, before = running.save(), running.render("robot/camera")
        episode(running, seed=2, steps=3)
        running.restore(saved)
        np.testing.assert_array_equal(running.render("robot/camera"), before)


@pytest.mark.parametrize("robot", robots.names())
def test_a_robot_does_not_see_itself_but_what_is_around(robot: str):
    with world(robot=robot) as running:
        running.reset(0.0, 0.0, 0.0, np.random.default_rng(0))
        lidar = running.mobile.sensors.lidar
        ranges = running.lidar()
        assert ranges.min() > running.mobile.drive.wheel_radius  # nothing of its own at its centre
        angles = lidar.first_angle + np.arange(lidar.rays) * lidar.field_of_view / lidar.rays
        ahead, left, behind = (int(np.argmin(np.abs(angles - a))) for a in (0.0, np.pi / 2, -np.pi))
        assert ranges[ahead] == pytest.approx(3.0, abs=0.02)
        assert ranges[left] == pytest.approx(1.6, abs=0.03)
        assert ranges[behind] == pytest.approx(2.7, abs=0.03)


@pytest.mark.parametrize("engine", ENGINES)
def test_touching_is_contact_with_anything_but_the_floor(engine: str):
    with world(engine) as running:
        rng = np.random.default_rng(0)
        running.reset(2.2, 0.0, 0.0, rng)
        touched = []
        for _ in range(15):
            running.step((1.0, 0.0, 0.0), rng)
            touched.append(running.touching())
        assert touched[0] == frozenset()
        assert running.scene.body_index["wall"] in frozenset().union(*touched)
        assert touched[-1] <= {running.scene.body_index["wall"]}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("heading", "speed", "sector"), [(0.0, 1.0, 0), (np.pi, -0.3, 4)], ids=["front", "back"])
def test_the_bumper_feels_where_the_wall_is(engine: str, heading: float, speed: float, sector: int):
    with world(engine) as running:
        rng = np.random.default_rng(0)
        running.reset(2.4, 0.0, heading, rng)
        for _ in range(25):
            running.step((speed, 0.0, 0.0), rng)
            if running.touching():
                break
        assert running.bumper()[sector - 1] + running.bumper()[sector] + running.bumper()[sector + 1] >= 1
        assert running.bumper()[(sector + 4) % 8] == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_sensors_agree_with_the_truth(engine: str):
    with world(engine) as running:
        rng = np.random.default_rng(0)
        running.reset(0.0, -2.0, 0.5, rng)
        np.testing.assert_allclose(running.imu(rng), [0, 0, 9.81, 0, 0, 0], atol=0.3)
        for _ in range(20):
            running.step((0.5, 0.0, 0.4), rng)
        np.testing.assert_allclose(running.twist(), [0.5, 0.0, 0.4], atol=0.05)
        np.testing.assert_allclose(running.odometry_twist, running.twist(), atol=0.06)
        assert running.imu(rng)[5] == pytest.approx(0.4, abs=0.05)
        x, y, yaw = running.planar()
        c, s = np.cos(0.5), np.sin(0.5)
        travelled = [c * x + s * (y + 2.0), -s * x + c * (y + 2.0), yaw - 0.5]
        np.testing.assert_allclose(running.odometry(), travelled, atol=0.08)


def test_commands_keep_to_the_drives_limits():
    with world() as running:
        rng = np.random.default_rng(0)
        running.reset(-2.0, -2.0, 0.0, rng)
        drive = running.mobile.drive
        before = running.command.copy()
        for wanted in [(9.0, 9.0, 9.0)] * 20 + [(-9.0, 0.0, -9.0)] * 5:
            running.step(wanted, rng)
            assert (np.abs(running.command - before) <= drive.max_acceleration * 0.1 + 1e-12).all()
            assert (drive.low <= running.command).all()
            assert (running.command <= drive.high).all()
            before = running.command.copy()


@pytest.mark.parametrize("engine", ENGINES)
def test_everybody_walks_as_fast_as_the_clock(engine: str):
    with world(engine) as running:
        rng = np.random.default_rng(0)
        running.patrols.reset()
        running.reset(0.0, -2.0, 0.0, rng)
        for _ in range(10):
            running.step((0.0, 0.0, 0.0), rng)
        row = running.scene.body_index["person"]
        np.testing.assert_allclose(running.poses()[row, :2], [-3.0, 1.0], atol=1e-6)
        assert running.time == pytest.approx(1.0)


def test_the_control_period_is_a_whole_number_of_timesteps():
    with world(period=0.0333) as running:
        steps = running.control_period / running.physics.timestep
        assert steps == pytest.approx(round(steps))
        assert running.control_period == pytest.approx(0.0333, abs=running.physics.timestep / 2)
        running.reset(0.0, 0.0, 0.0, np.random.default_rng(0))
        running.step(TWIST, np.random.default_rng(0))
        assert running.time == pytest.approx(running.control_period)


def test_closing_twice_is_fine():
    running = world()
    running.close()
    running.close()
