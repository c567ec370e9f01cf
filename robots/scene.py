"""A robot as a fragment of a scene: one free body, its wheels, motors and cameras."""

from collections.abc import Iterator

import numpy as np

from robots.cameras import mounts
from robots.model import BoxPart, CylinderPart, DifferentialModel, Part, RobotModel, SwerveModel, Wheel
from robots.running_gear import running_gear
from twin import geometry
from twin.scene import Actuator, Body, Camera, Geom, Instance, Joint, Material, Motion, Pose, Scene, Shape, Vec3

_UP: Vec3 = (0.0, 0.0, 1.0)
_AXLE: Vec3 = (0.0, 1.0, 0.0)
_ON_AXLE = Pose(quaternion=(np.sqrt(0.5), -np.sqrt(0.5), 0.0, 0.0))  # z of a cylinder along y


def robot_scene(robot: RobotModel, pose: Pose, name: str) -> Scene:
    """The fragment with its root body ``name`` at ``pose`` (on the floor); everything else is called ``name/...``."""
    root = Body(name, pose, tuple(_chassis_geoms(robot)), Motion.FREE, mass=robot.chassis.mass, instance=1)
    links, actuators = _links(robot, name)
    low, high = bounds(robot)
    center, size = (low + high) / 2, high - low
    instance = Instance(1, name, "robot", name, _vec3(center), _vec3(size))
    return Scene(
        name,
        (root, *links),
        instances=(instance,),
        materials=tuple(_materials(robot)),
        cameras=tuple(Camera(mount.on(name), name, mount.pose, mount.lens) for mount in mounts(robot)),
        actuators=actuators,
    )


def bounds(robot: RobotModel) -> tuple[geometry.FloatArray, geometry.FloatArray]:
    """Lowest and highest corner (3,) of a box around all its parts and wheels, in its frame, from the floor up."""
    corners = [_part_corners(part) for part in robot.chassis.parts]
    corners += [points for _, points in running_gear(robot)]
    points = np.concatenate([*corners, [[*xy, 0.0] for xy in robot.footprint]])
    return points.min(axis=0), points.max(axis=0)


def _links(robot: RobotModel, name: str) -> tuple[tuple[Body, ...], tuple[Actuator, ...]]:
    if isinstance(robot.drive, DifferentialModel):
        return _differential_links(robot, robot.drive, name)
    return _swerve_links(robot, robot.drive, name)


def _differential_links(
    robot: RobotModel, drive: DifferentialModel, name: str
) -> tuple[tuple[Body, ...], tuple[Actuator, ...]]:
    bodies, actuators = [], []
    for side, y in (("left", drive.track / 2), ("right", -drive.track / 2)):
        body = _wheel_body(robot, f"{name}/{side}_wheel", name, (0.0, y, drive.wheel.radius))
        bodies.append(body)
        actuators.append(_wheel_motor(drive.wheel, body.name))
    return tuple(bodies), tuple(actuators)


def _swerve_links(robot: RobotModel, drive: SwerveModel, name: str) -> tuple[tuple[Body, ...], tuple[Actuator, ...]]:
    bodies, actuators = [], []
    steering, wheel = drive.steering, drive.wheel
    for i, (x, y) in enumerate(drive.modules):
        fork = Body(
            f"{name}/module_{i}",
            Pose((x, y, wheel.radius)),
            (Geom(Shape.CYLINDER, (wheel.width, wheel.width / 2, 0.0), visible=False, collides=False),),
            Motion.JOINTED,
            name,
            Joint("hinge", _UP, armature=steering.rotor_inertia),
            steering.mass,
            instance=1,
        )
        tyre = _wheel_body(robot, f"{name}/wheel_{i}", fork.name, (0.0, 0.0, 0.0))
        bodies += [fork, tyre]
        actuators.append(Actuator(fork.name, fork.name, "position", steering.gain, steering.max_torque))
        actuators.append(_wheel_motor(wheel, tyre.name))
    return tuple(bodies), tuple(actuators)


def _wheel_body(robot: RobotModel, name: str, parent: str, position: Vec3) -> Body:
    """A ball touches the floor in exactly one point below the wheel's centre, in every engine; the tyre is drawn."""
    wheel = robot.drive.wheel
    material = _material_name(robot, wheel.material)
    geoms = (
        Geom(Shape.SPHERE, (wheel.radius, 0.0, 0.0), visible=False, friction=wheel.friction),
        Geom(Shape.CYLINDER, (wheel.radius, wheel.width / 2, 0.0), _ON_AXLE, material, collides=False),
    )
    joint = Joint("hinge", _AXLE, armature=wheel.rotor_inertia)
    return Body(name, Pose(position), geoms, Motion.JOINTED, parent, joint, wheel.mass, instance=1)


def _wheel_motor(wheel: Wheel, body: str) -> Actuator:
    return Actuator(body, body, "velocity", wheel.gain, wheel.max_torque)


def _chassis_geoms(robot: RobotModel) -> Iterator[Geom]:
    for part in robot.chassis.parts:
        shape, size = _shape_of(part)
        rotation = _rotation(part.roll, part.pitch, part.yaw)
        yield Geom(
            shape,
            size,
            Pose.of([*part.position, *rotation]),
            _material_name(robot, part.material),
            collides=part.collides,
            friction=robot.chassis.friction,
        )
    if robot.casters:
        radius = robot.casters.radius
        material = _material_name(robot, robot.drive.wheel.material)
        for x, y in robot.casters.positions:
            place = Pose((x, y, radius + robot.casters.clearance))
            yield Geom(Shape.SPHERE, (radius, 0.0, 0.0), place, material, friction=0.0)


def _shape_of(part: Part) -> tuple[Shape, Vec3]:
    if isinstance(part, BoxPart):
        x, y, z = part.size
        return Shape.BOX, (x / 2, y / 2, z / 2)
    if isinstance(part, CylinderPart):
        return Shape.CYLINDER, (part.radius, part.height / 2, 0.0)
    return Shape.SPHERE, (part.radius, 0.0, 0.0)


def _part_corners(part: Part) -> geometry.FloatArray:
    shape, (a, b, c) = _shape_of(part)
    half = {Shape.BOX: (a, b, c), Shape.CYLINDER: (a, a, b), Shape.SPHERE: (a, a, a)}[shape]
    signs = np.stack(np.meshgrid([-1, 1], [-1, 1], [-1, 1]), axis=-1).reshape(-1, 3)
    pose = np.concatenate([part.position, _rotation(part.roll, part.pitch, part.yaw)])
    return geometry.transform_points(pose, signs * half)


def _rotation(roll: float, pitch: float, yaw: float) -> geometry.FloatArray:
    """Roll about x, then pitch about y, then yaw about z, all of the fixed frame."""
    turns = [
        geometry.quaternion_from_axis_angle(axis, angle)
        for axis, angle in (((0, 0, 1), yaw), ((0, 1, 0), pitch), ((1, 0, 0), roll))
    ]
    return geometry.quaternion_multiply(geometry.quaternion_multiply(turns[0], turns[1]), turns[2])


def _materials(robot: RobotModel) -> Iterator[Material]:
    for name, m in robot.materials.items():
        yield Material(
            _material_name(robot, name), m.color, m.texture, m.texture_size, m.roughness, m.metallic, m.emission
        )  # fmt: skip


def _material_name(robot: RobotModel, name: str) -> str:
    return f"{robot.name}/{name}"


def _vec3(values: geometry.FloatArray) -> Vec3:
    x, y, z = (float(v) for v in values)
    return x, y, z
