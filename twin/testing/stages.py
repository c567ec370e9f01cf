"""Small scenes for tests of physics engines, and what can be read of a moment in them."""

import numpy as np

from twin.geometry import FloatArray
from twin.physics.base import Physics
from twin.scene import Actuator, Body, Geom, Joint, Mesh, Motion, Pose, Scene, Shape, Vec3

FLOOR = Body("floor", geoms=(Geom(Shape.PLANE, (20.0, 20.0, 1.0)),))
TETRAHEDRON = Mesh(
    "tetrahedron", ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)), ((0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3))
)


def stage(*bodies: Body, actuators: tuple[Actuator, ...] = (), floor: bool = True) -> Scene:
    """A scene of these bodies, on a floor."""
    return Scene("stage", (FLOOR, *bodies) if floor else bodies, meshes=(TETRAHEDRON,), actuators=actuators)


def crate(name: str, position: Vec3, motion: Motion = Motion.FREE, half: Vec3 = (0.2, 0.15, 0.1)) -> Body:
    """A box of 5 kg."""
    return Body(name, Pose(position), (Geom(Shape.BOX, half),), motion, mass=5.0)


def cart(name: str = "cart", x: float = 0.0) -> tuple[tuple[Body, ...], tuple[Actuator, ...]]:
    """Two driven wheels and two frictionless runners under a plate."""
    plate = Geom(Shape.BOX, (0.3, 0.2, 0.05), Pose((0.0, 0.0, 0.2)))
    runners = tuple(Geom(Shape.SPHERE, (0.05, 0.0, 0.0), Pose((dx, 0.0, 0.051)), friction=0.0) for dx in (-0.25, 0.25))
    root = Body(name, Pose((x, 0.0, 0.0)), (plate, *runners), Motion.FREE, mass=20.0)
    bodies, actuators = [root], []
    for side, y in (("left", 0.25), ("right", -0.25)):
        ball = Geom(Shape.SPHERE, (0.1, 0.0, 0.0))
        wheel = Body(f"{name}/{side}", Pose((0, y, 0.1)), (ball,), Motion.JOINTED, name, Joint(), mass=2.0)
        bodies.append(wheel)
        actuators.append(Actuator(wheel.name, wheel.name, "velocity", 10.0, 10.0))
    return tuple(bodies), tuple(actuators)


def busy_stage() -> Scene:
    """Something of everything: a pile, a cart, a belt, a swinging door, somebody who walks."""
    bodies, actuators = cart()
    pile = [crate(f"crate{i}", (1.0 + 0.05 * i, 0.02 * i, 0.11 + 0.21 * i)) for i in range(4)]
    belt = Geom(Shape.BOX, (2.0, 0.3, 0.05), surface_velocity=(0.5, 0.0, 0.0))
    conveyor = Body("conveyor", Pose((0.0, 3.0, 0.5)), (belt,))
    door_leaf = Geom(Shape.BOX, (0.4, 0.02, 0.9), Pose((0.4, 0.0, 0.95)))
    door = Body("door", Pose((-2.0, -2.0, 0.0)), (door_leaf,), Motion.JOINTED, joint=Joint(axis=(0, 0, 1)), mass=20.0)
    worker = Body("worker", Pose((-1.0, 1.0, 0.9)), (Geom(Shape.CYLINDER, (0.3, 0.9, 0.0)),), Motion.KINEMATIC)
    return stage(
        *bodies, *pile, conveyor, crate("parcel", (-1.5, 3.0, 0.66)), door, worker, actuators=actuators
    )  # fmt: skip


def resting_stage() -> Scene:
    """A pallet of several boards, on the floor from the beginning, and cartons on it."""
    boards = tuple(Geom(Shape.BOX, (0.6, 0.05, 0.05), Pose((0.0, y, 0.05))) for y in (-0.35, 0.0, 0.35))
    deck = Geom(Shape.BOX, (0.6, 0.4, 0.01), Pose((0.0, 0.0, 0.11)))
    pallet = Body("pallet", geoms=(*boards, deck), motion=Motion.FREE, mass=25.0)
    cartons = [crate(f"carton{i}", (x, 0.0, 0.22)) for i, x in enumerate((-0.3, 0.2))]
    return stage(pallet, *cartons)


def watch(physics: Physics, steps: int) -> list[FloatArray]:
    """A snapshot after every timestep."""
    seen = []
    for _ in range(steps):
        physics.step()
        seen.append(snapshot(physics))
    return seen


def snapshot(physics: Physics) -> FloatArray:
    """Everything that can be read of a moment, flat."""
    contacts = physics.contacts()
    parts = [physics.poses(), physics.velocities(), *physics.joint_state(), np.array([physics.time]),
             contacts.bodies, contacts.position, contacts.normal, contacts.distance]  # fmt: skip
    return np.concatenate([np.asarray(part, dtype=np.float64).ravel() for part in parts])


def drive(physics: Physics, steps: int) -> list[FloatArray]:
    """Run the busy stage with changing commands; a snapshot after every call."""
    seen = []
    worker = physics.scene.body_index["worker"]
    for i in range(steps):
        physics.command([8.0 + i, 9.0 - i])
        physics.set_pose(worker, [-1.0 + 0.05 * i, 1.0, 0.9, 1.0, 0.0, 0.0, 0.0])
        physics.step(4)
        seen.append(snapshot(physics))
    return seen


def assert_same(first: list[FloatArray], second: list[FloatArray]) -> None:
    """Equal bit for bit, at every step."""
    for i, (a, b) in enumerate(zip(first, second, strict=True)):
        assert a.shape == b.shape, f"step {i}"
        assert np.array_equal(a, b), f"step {i}: differs by {np.abs(a - b).max()}"
