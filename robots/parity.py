"""The same experiments in both engines, and how far apart their results may be.

Nothing here is tuned per engine: each experiment is a scene and commands, and an outcome that is measured.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import pi

import numpy as np

import robots
from robots.robot import Robot
from twin import geometry, physics
from twin.geometry import FloatArray
from twin.patrols import Patrols
from twin.scene import Body, Geom, Motion, Patrol, Pose, Scene, Shape, merge

ENGINES = ("mujoco", "pybullet")
CONTROL_PERIOD = 0.1
_FAR_AWAY = (100.0, 100.0)
_FLOOR = Body("floor", geoms=(Geom(Shape.PLANE, (20.0, 20.0, 1.0)),))
_HALL = Scene("hall", (_FLOOR,))

Plan = Sequence[tuple[tuple[float, float, float], float]]
"""Wanted twists (vx, vy, yaw rate), each with the seconds it is held."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measured quantity: what each engine says, and how far they may be apart."""

    experiment: str
    quantity: str
    expected: str
    values: tuple[str, ...]
    """As shown, in the order of ``ENGINES``."""
    difference: float
    allowed: float
    unit: str

    @property
    def agrees(self) -> bool:
        """Whether the engines are close enough."""
        return self.difference <= self.allowed


STRAIGHT: Plan = (((1.0, 0.0, 0.0), 5.0), ((0.0, 0.0, 0.0), 1.0))
TURN: Plan = (((0.0, 0.0, 2 * pi / 6.3), 6.3), ((0.0, 0.0, 0.0), 1.0))
S_CURVE: Plan = (
    ((1.0, 0.0, 0.0), 1.0),
    ((1.0, 0.0, 0.5), 3.0),
    ((1.0, 0.0, -0.5), 3.0),
    ((1.0, 0.0, 0.0), 1.0),
    ((0.0, 0.0, 0.0), 1.0),
)


def straight(robot: Robot) -> Iterator[Comparison]:
    """5 m ahead at 1 m/s."""
    return _path("5 m straight at 1 m/s", robot, STRAIGHT)


def turn(robot: Robot) -> Iterator[Comparison]:
    """Once around on the spot."""
    return _path("turn of 360°", robot, TURN)


def s_curve(robot: Robot) -> Iterator[Comparison]:
    """8 m through a left and a right bend."""
    return _path("S-curve of 8 m", robot, S_CURVE)


def pushed_pallet(robot: Robot) -> Iterator[Comparison]:
    """A pallet that stands in the way, pushed for four seconds."""
    plan = (((0.5, 0.0, 0.0), 4.0), ((0.0, 0.0, 0.0), 1.0))
    front = float(robot.footprint[:, 0].max())
    scene = merge(_HALL, _pallet(front + 0.8), robot.scene(Pose()))
    moved = [float(_driven(engine, scene, robot, plan)[1, 0]) - (front + 0.8) for engine in ENGINES]
    yield _relative(f"pallet of 25 kg pushed ({robot.name})", "distance", "1.600 m", moved, 0.10, "m")


def dropped_carton() -> Iterator[Comparison]:
    """A carton that falls half a metre, tilted, and comes to rest."""
    tilt = geometry.quaternion_from_axis_angle((1.0, 0.4, 0.0), 0.1)
    heights = [float(_settled(engine, _carton(Pose.of([0.0, 0.0, 0.65, *tilt])), 3.0)[0][1, 2]) for engine in ENGINES]
    shown = tuple(f"{height * 1000:.2f} mm" for height in heights)
    difference = abs(heights[0] - heights[1]) * 1000
    yield Comparison("carton dropped from 0.5 m", "rest height", "150 mm", shown, difference, 2.0, "mm")


def carried_carton() -> Iterator[Comparison]:
    """A carton set down on a running belt."""
    belt = Geom(Shape.BOX, (3.0, 0.3, 0.05), surface_velocity=(0.5, 0.0, 0.0))
    conveyor = Body("conveyor", Pose((0.0, 0.0, 0.7)), (belt,))
    speeds = [float(_settled(engine, _carton(Pose((-2.0, 0.0, 0.91)), conveyor), 2.0)[1][-1, 0]) for engine in ENGINES]
    yield _relative("carton on a 0.5 m/s conveyor", "speed", "0.500 m/s", speeds, 0.05, "m/s")


def walking_workers() -> Iterator[Comparison]:
    """Three people on their rounds for 30 s."""
    positions = [_walked(engine, seconds=30.0) for engine in ENGINES]
    shown = tuple(f"({p[0, 0]:.3f}, {p[0, 1]:.3f}) m" for p in positions)
    difference = float(np.abs(positions[0] - positions[1]).max())
    yield Comparison("three workers, 30 s", "positions", "identical", shown, difference, 0.0, "m")


ROBOT_EXPERIMENTS: tuple[Callable[[Robot], Iterator[Comparison]], ...] = (straight, turn, s_curve, pushed_pallet)
EXPERIMENTS: tuple[Callable[[], Iterator[Comparison]], ...] = (dropped_carton, carried_carton, walking_workers)


def run_all() -> Iterator[Comparison]:
    """Every experiment, those with a robot once for each that is shipped."""
    for experiment in ROBOT_EXPERIMENTS:
        for name in robots.names():
            yield from experiment(robots.load(name))
    for alone in EXPERIMENTS:
        yield from alone()


def ideal(robot: Robot, plan: Plan) -> FloatArray:
    """x, y, yaw where a robot ends that follows its commands without any delay or slip."""
    state = np.zeros(3)
    parts = 50
    for twist in _commands(robot, plan):
        for _ in range(parts):
            yaw = state[2] + twist[2] * CONTROL_PERIOD / parts / 2
            c, s = np.cos(yaw), np.sin(yaw)
            ahead = np.array([c * twist[0] - s * twist[1], s * twist[0] + c * twist[1], twist[2]])
            state = state + ahead * CONTROL_PERIOD / parts
    return state


def _path(experiment: str, robot: Robot, plan: Plan) -> Iterator[Comparison]:
    scene = merge(_HALL, robot.scene(Pose()))
    row = scene.body_index["robot"]
    ends = [_planar(_driven(engine, scene, robot, plan)[row]) for engine in ENGINES]
    goal = ideal(robot, plan)
    name = f"{experiment} ({robot.name})"
    length = sum(np.hypot(*twist[:2]) * CONTROL_PERIOD for twist in _commands(robot, plan))
    apart = float(np.hypot(*(ends[0] - ends[1])[:2]))
    shown = tuple(f"({x:.3f}, {y:.3f}) m" for x, y, _ in ends)
    wanted = f"({goal[0]:.3f}, {goal[1]:.3f}) m"
    if length > 0:
        yield Comparison(name, "final position", wanted, shown, 100 * apart / length, 3.0, "% of the way")
    else:
        yield Comparison(name, "final position", wanted, shown, 1000 * apart, 30.0, "mm")
    degrees = tuple(f"{np.degrees(geometry.wrap_angle(end[2])):.2f}°" for end in ends)
    off = abs(float(np.degrees(geometry.wrap_angle(ends[0][2] - ends[1][2]))))
    wanted = f"{np.degrees(geometry.wrap_angle(goal[2])):.2f}°"
    yield Comparison(name, "final heading", wanted, degrees, off, 5.0, "°")


def _commands(robot: Robot, plan: Plan) -> Iterator[FloatArray]:
    """The twist of every control period, with the robot's accelerations."""
    command = np.zeros(3)
    change = robot.drive.max_acceleration * CONTROL_PERIOD
    for twist, seconds in plan:
        for _ in range(round(seconds / CONTROL_PERIOD)):
            command = command + np.clip(np.array(twist) - command, -change, change)
            yield command


def _driven(engine: str, scene: Scene, robot: Robot, plan: Plan) -> FloatArray:
    """Poses (bodies, 7) at the end."""
    with physics.create(engine, scene) as simulated:
        count = round(CONTROL_PERIOD / simulated.timestep)
        for twist in _commands(robot, plan):
            positions, _ = simulated.joint_state()
            simulated.command(robot.drive.targets(twist, positions))
            simulated.step(count)
        return simulated.poses()


def _planar(pose: FloatArray) -> FloatArray:
    return np.array([pose[0], pose[1], float(geometry.yaw_from_quaternion(pose[3:]))])


def _settled(engine: str, scene: Scene, seconds: float) -> tuple[FloatArray, FloatArray]:
    with physics.create(engine, scene) as simulated:
        simulated.step(round(seconds / simulated.timestep))
        return simulated.poses(), simulated.velocities()


def _walked(engine: str, seconds: float) -> FloatArray:
    """Positions (workers, 3) at the end."""
    bodies, patrols = [_FLOOR], []
    for i in range(3):
        name = f"worker_{i}"
        cylinder = Geom(Shape.CYLINDER, (0.3, 0.9, 0.0), Pose((0.0, 0.0, 0.9)))
        bodies.append(Body(name, Pose.planar(2.0 * i, 0.0), (cylinder,), Motion.KINEMATIC))
        patrols.append(Patrol(name, ((2.0 * i, 0.0), (2.0 * i, 5.0), (2.0 * i + 1.0, 5.0)), 1.0 + 0.1 * i, loop=i == 1))
    scene = Scene("walk", tuple(bodies), patrols=tuple(patrols))
    walkers = Patrols(scene)
    with physics.create(engine, scene) as simulated:
        for _ in range(round(seconds / CONTROL_PERIOD)):
            walkers.advance(CONTROL_PERIOD, _FAR_AWAY)
            for row, pose in zip(walkers.bodies, walkers.poses(), strict=True):
                simulated.set_pose(row, pose)
            simulated.step(round(CONTROL_PERIOD / simulated.timestep))
        return simulated.poses()[1:, :3]


def _carton(pose: Pose, *others: Body) -> Scene:
    carton = Body("carton", pose, (Geom(Shape.BOX, (0.2, 0.15, 0.15)),), Motion.FREE, mass=8.0)
    return Scene("carton", (_FLOOR, *others, carton))


def _pallet(x: float) -> Scene:
    """A EUR pallet across the way: a deck on three skids."""
    deck = Geom(Shape.BOX, (0.4, 0.6, 0.022), Pose((0.0, 0.0, 0.122)), friction=0.5)
    skids = tuple(Geom(Shape.BOX, (0.4, 0.05, 0.05), Pose((0.0, y, 0.05)), friction=0.5) for y in (-0.55, 0.0, 0.55))
    return Scene("pallet", (Body("pallet", Pose((x, 0.0, 0.0)), (deck, *skids), Motion.FREE, mass=25.0),))


def _relative(
    experiment: str, quantity: str, expected: str, values: list[float], allowed: float, unit: str
) -> Comparison:
    shown = tuple(f"{value:.3f} {unit}" for value in values)
    difference = abs(values[0] - values[1]) / max(abs(values[0]), abs(values[1]))
    return Comparison(experiment, quantity, expected, shown, 100 * difference, 100 * allowed, "%")
