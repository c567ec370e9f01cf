"""A scene as PyBullet multibodies, and which scene body each of their links is.

Bullet knows one friction per link, so a body whose geoms differ in friction is split into pieces that are
fixed to each other. A pair has the product of both frictions, where the contract wants the smaller: with
min(f, F) / sqrt(F) in place of f, F the most common friction, that is so for every pair that F takes part in.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import sqrt
from typing import Any

import numpy as np
import pybullet as bullet

from twin import geometry
from twin.errors import InputError
from twin.geometry import FloatArray
from twin.physics.checks import FASTEST
from twin.physics.inertia import Inertia, body_inertia, convex_hull
from twin.scene import Body, Geom, Joint, Mesh, Motion, Scene, Shape, Vec3

_COMPOUND_LIMIT = 16
_WORLD = -1
_BASE = -1
_NO_SHAPE = -1
_IDENTITY = np.array([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0])


@dataclass(frozen=True, slots=True)
class Piece:
    """Geoms of one scene body that share what Bullet keeps per link."""

    row: int
    geoms: tuple[Geom, ...]
    friction: float
    belt: Vec3 = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Belt:
    """A static multibody whose surface moves: it is pushed along and set back at every timestep."""

    uid: int
    position: tuple[float, ...]
    quaternion: tuple[float, ...]  # x, y, z, w
    velocity: tuple[float, ...]


@dataclass
class BulletIndex:
    """Where each scene body went. A link is a pair (multibody, link); the base is link -1."""

    links: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Row of every body that can move -> its link."""
    inertial: dict[int, FloatArray] = field(default_factory=dict)
    """The same rows -> pose (7,) of the centre of mass in the body's frame."""
    owners: dict[tuple[int, int], int] = field(default_factory=dict)
    """Every link -> its row."""
    belts: list[Belt] = field(default_factory=list)
    actuators: list[tuple[int, int, float]] = field(default_factory=list)
    """Multibody, link and position gain of each actuator."""
    joints: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Multibody -> its links that have a degree of freedom."""


def build(scene: Scene, timestep: float, client: int) -> BulletIndex:
    """Create everything in an empty ``client``."""
    return _Builder(scene, client).build(timestep)


def xyzw(quaternion: Sequence[float] | FloatArray) -> tuple[float, ...]:
    """Bullet's order of a quaternion w, x, y, z."""
    w, x, y, z = (float(v) for v in quaternion)
    return x, y, z, w


class _Builder:
    def __init__(self, scene: Scene, client: int) -> None:
        self.scene = scene
        self.client = client
        self.index = BulletIndex()
        self._meshes = {mesh.name: mesh for mesh in scene.meshes}
        frictions = Counter(geom.friction for body in scene.bodies for geom in body.geoms if geom.collides)
        self._usual_friction = max(frictions, key=lambda f: (frictions[f], f), default=1.0) or 1.0

    def build(self, timestep: float) -> BulletIndex:
        trees: dict[int, list[int]] = defaultdict(list)
        roots: list[int] = []
        for row, body in enumerate(self.scene.bodies):
            parent = roots[self.scene.body_index[body.parent]] if body.parent else _WORLD
            if body.motion in (Motion.FREE, Motion.KINEMATIC) or (body.motion is Motion.JOINTED and parent == _WORLD):
                parent = row
            roots.append(parent)
            if parent == _WORLD:
                self._add_static(row)
            else:
                trees[parent].append(row)
        for root, rows in trees.items():
            _Tree(self, root, rows).create()
        for actuator in self.scene.actuators:
            self._add_actuator(actuator.body, actuator.name, actuator.kind, actuator.gain, timestep)
        return self.index

    def _add_static(self, row: int) -> None:
        pose = self.scene.initial_poses[row]
        for piece in pieces(row, self.scene.bodies[row]):
            belt = any(piece.belt)
            uid = bullet.createMultiBody(
                0.0,
                self.shape(piece),
                basePosition=pose[:3].tolist(),
                baseOrientation=xyzw(pose[3:]),
                useMaximalCoordinates=not belt,  # plain static ones are much cheaper, but cannot have a velocity
                physicsClientId=self.client,
            )
            self.set_surface(uid, _BASE, piece)
            if belt:
                velocity = geometry.rotate(pose[3:], piece.belt).tolist()
                self.index.belts.append(Belt(uid, tuple(pose[:3].tolist()), xyzw(pose[3:]), tuple(velocity)))

    def _add_actuator(self, body: str, name: str, kind: str, gain: float, timestep: float) -> None:
        row = self.scene.body_index[body]
        joint = self.scene.bodies[row].joint
        if joint is None:
            raise InputError(f"actuator '{name}': body '{body}' has no joint to drive")
        uid, link = self.index.links[row]
        inertia = _about_axis(joint, body_inertia(self.scene.bodies[row], self._meshes))
        # A critically damped servo of that stiffness closes a gap in this share per timestep.
        share = min(1.0, sqrt(gain / inertia) * timestep / 2) if kind == "position" else 0.0
        self.index.actuators.append((uid, link, share))

    def inertia_of(self, row: int) -> Inertia | None:
        """None for bodies without mass of their own."""
        body = self.scene.bodies[row]
        return body_inertia(body, self._meshes) if body.motion in (Motion.FREE, Motion.JOINTED) else None

    def set_surface(self, uid: int, link: int, piece: Piece) -> None:
        self.index.owners[uid, link] = piece.row
        bullet.changeDynamics(
            uid,
            link,
            lateralFriction=min(piece.friction, self._usual_friction) / sqrt(self._usual_friction),
            rollingFriction=0.0,
            spinningFriction=0.0,
            restitution=0.0,
            physicsClientId=self.client,
        )

    def shape(self, piece: Piece) -> int:
        """A collision shape; raises ``InputError`` where Bullet cannot make it."""
        parts = [_shape_arguments(geom, self._meshes) for geom in piece.geoms]
        if len(parts) == 1:
            shape = bullet.createCollisionShape(**_single(parts[0]), physicsClientId=self.client)
        else:
            keys = parts[0].keys()
            arrays = {_PLURAL[key]: [part[key] for part in parts] for key in keys}
            shape = bullet.createCollisionShapeArray(**arrays, physicsClientId=self.client)
        if shape < 0:
            raise InputError(f"body '{self.scene.bodies[piece.row].name}': PyBullet cannot make its collision shape")
        return int(shape)


class _Tree:
    """One multibody: a free, kinematic or fixed root and everything that hangs on it."""

    def __init__(self, builder: _Builder, root: int, rows: list[int]) -> None:
        self.builder, self.scene = builder, builder.scene
        self.root, self.rows = root, rows
        self.link_of: dict[int, int] = {}
        self.links: list[tuple[int | None, int, Piece | None]] = []  # row if it is a body's own link, parent, piece

    def create(self) -> None:
        hangs = self.scene.bodies[self.root].motion is Motion.JOINTED  # from a base that is the world itself
        base = self._plan(self.root, _BASE if hangs else None)
        for row in self.rows[1:]:
            self._plan(row, self.link_of[self.scene.body_index[self.scene.bodies[row].parent]])
        uid = self._create_multibody(None if hangs else base, hangs)
        if not hangs:
            self._finish(uid, _BASE, self.root, base)
        for link, (owner, _, piece) in enumerate(self.links):
            self._finish(uid, link, owner, piece)

    def _plan(self, row: int, parent: int | None) -> Piece | None:
        """Queue the links of a body; ``parent`` None makes it the base and returns the base's piece."""
        found = [*pieces(row, self.scene.bodies[row])]
        first, others = (found[0], found[1:]) if found else (None, [])
        link = _BASE if parent is None else len(self.links)
        self.link_of[row] = link
        if parent is not None:
            self.links.append((row, parent, first))
        self.links += [(None, link, piece) for piece in others]
        return first

    def _create_multibody(self, base: Piece | None, fixed_root: bool) -> int:
        body = self.scene.bodies[self.root]
        pose = self.scene.initial_poses[self.root]
        if fixed_root:
            pose = geometry.compose(pose, geometry.inverse(body.pose.array())) if body.parent else _IDENTITY
        inertia = None if fixed_root else self.builder.inertia_of(self.root)
        center = _center(inertia)
        uid = bullet.createMultiBody(
            baseMass=inertia.mass if inertia else 0.0,
            baseCollisionShapeIndex=self.builder.shape(base) if base else _NO_SHAPE,
            basePosition=pose[:3].tolist(),
            baseOrientation=xyzw(pose[3:]),
            baseInertialFramePosition=center[:3].tolist(),
            baseInertialFrameOrientation=xyzw(center[3:]),
            **self._link_arguments(),
            physicsClientId=self.builder.client,
        )
        if uid < 0:
            raise InputError(f"body '{body.name}': PyBullet cannot make this mechanism")
        return int(uid)

    def _link_arguments(self) -> dict[str, list[Any]]:
        links = [self._link_values(*link) for link in self.links]
        return {f"link{key}": [link[key] for link in links] for key in _LINK_KEYS}

    def _link_values(self, row: int | None, parent: int, piece: Piece | None) -> dict[str, Any]:
        body = None if row is None else self.scene.bodies[row]
        inertia = None if row is None else self.builder.inertia_of(row)
        pose = body.pose.array() if body else _IDENTITY
        center = _center(inertia)
        joint = body.joint if body else None
        values = (
            inertia.mass if inertia else 0.0,
            self.builder.shape(piece) if piece else _NO_SHAPE,
            -1,
            pose[:3].tolist(),
            xyzw(pose[3:]),
            center[:3].tolist(),
            xyzw(center[3:]),
            parent + 1,
            _JOINTS[joint.kind] if joint else bullet.JOINT_FIXED,
            joint.axis if joint else (0.0, 0.0, 1.0),
        )
        return dict(zip(_LINK_KEYS, values, strict=True))

    def _finish(self, uid: int, link: int, row: int | None, piece: Piece | None) -> None:
        index, client = self.builder.index, self.builder.client
        if piece:
            if any(piece.belt):
                name = self.scene.bodies[piece.row].name
                raise InputError(f"body '{name}': PyBullet simulates belts on static bodies only")
            self.builder.set_surface(uid, link, piece)
        bullet.changeDynamics(uid, link, linearDamping=0.0, angularDamping=0.0, physicsClientId=client)
        # Without this, Bullet clips all speeds at 100.
        bullet.changeDynamics(uid, link, maxJointVelocity=FASTEST, physicsClientId=client)
        if row is None:
            return
        inertia = self.builder.inertia_of(row)
        index.links[row], index.inertial[row] = (uid, link), _center(inertia)
        joint = self.scene.bodies[row].joint
        if inertia:
            moments = _with_rotor(joint, inertia).tolist()
            bullet.changeDynamics(uid, link, localInertiaDiagonal=moments, physicsClientId=client)
        if joint is not None:
            self._finish_joint(uid, link, joint)

    def _finish_joint(self, uid: int, link: int, joint: Joint) -> None:
        client = self.builder.client
        self.builder.index.joints[uid].append(link)
        bullet.setJointMotorControl2(uid, link, bullet.VELOCITY_CONTROL, force=0.0, physicsClientId=client)
        bullet.changeDynamics(uid, link, jointDamping=joint.damping, physicsClientId=client)
        if joint.limits is not None:
            low, high = joint.limits
            bullet.changeDynamics(uid, link, jointLowerLimit=low, jointUpperLimit=high, physicsClientId=client)


_LINK_KEYS = (
    "Masses",
    "CollisionShapeIndices",
    "VisualShapeIndices",
    "Positions",
    "Orientations",
    "InertialFramePositions",
    "InertialFrameOrientations",
    "ParentIndices",
    "JointTypes",
    "JointAxis",
)
_JOINTS = {"hinge": bullet.JOINT_REVOLUTE, "slide": bullet.JOINT_PRISMATIC}
_SHAPES = {
    Shape.BOX: bullet.GEOM_BOX,
    Shape.SPHERE: bullet.GEOM_SPHERE,
    Shape.CYLINDER: bullet.GEOM_CYLINDER,
    Shape.CAPSULE: bullet.GEOM_CAPSULE,
    Shape.PLANE: bullet.GEOM_PLANE,
    Shape.MESH: bullet.GEOM_MESH,
}
_PLURAL = {
    "shapeType": "shapeTypes",
    "radius": "radii",
    "halfExtents": "halfExtents",
    "height": "lengths",
    "collisionFramePosition": "collisionFramePositions",
    "collisionFrameOrientation": "collisionFrameOrientations",
}


def pieces(row: int, body: Body) -> Iterator[Piece]:
    """Split the colliding geoms of a body by friction and belt; planes and meshes stand alone."""

    def kind(geom: Geom) -> tuple[float, Vec3]:
        # A belt moves along its own axes; the piece has the body's.
        x, y, z = geometry.rotate(geom.pose.quaternion, geom.surface_velocity).tolist()
        return geom.friction, (x, y, z)

    solid = sorted((g for g in body.geoms if g.collides), key=kind)
    for (friction, belt), group in groupby(solid, key=kind):
        simple: list[Geom] = []
        for geom in group:
            if geom.shape in (Shape.PLANE, Shape.MESH):
                yield Piece(row, (geom,), friction, belt)
            else:
                simple.append(geom)
        for start in range(0, len(simple), _COMPOUND_LIMIT):
            yield Piece(row, tuple(simple[start : start + _COMPOUND_LIMIT]), friction, belt)


def _shape_arguments(geom: Geom, meshes: Mapping[str, Mesh]) -> dict[str, Any]:
    a, b, c = geom.size
    arguments: dict[str, Any] = {
        "shapeType": _SHAPES[geom.shape],
        "radius": a,
        "halfExtents": [a, b, c],
        "height": 2 * b,
        "collisionFramePosition": list(geom.pose.position),
        "collisionFrameOrientation": list(xyzw(geom.pose.quaternion)),
    }
    if geom.shape is Shape.PLANE:
        arguments["planeNormal"] = geometry.rotate(geom.pose.quaternion, (0.0, 0.0, 1.0)).tolist()
    if geom.shape is Shape.MESH:
        arguments["vertices"] = convex_hull(meshes[geom.mesh], geom.size).vertices.tolist()
    return arguments


def _single(arguments: dict[str, Any]) -> dict[str, Any]:
    """What ``createCollisionShape`` wants of one shape."""
    used = {
        bullet.GEOM_BOX: ("halfExtents",),
        bullet.GEOM_SPHERE: ("radius",),
        bullet.GEOM_CYLINDER: ("radius", "height"),
        bullet.GEOM_CAPSULE: ("radius", "height"),
        bullet.GEOM_PLANE: ("planeNormal",),
        bullet.GEOM_MESH: ("vertices",),
    }[arguments["shapeType"]]
    frame = ("shapeType", "collisionFramePosition", "collisionFrameOrientation")
    return {key: arguments[key] for key in (*frame, *used)}


def _center(inertia: Inertia | None) -> FloatArray:
    return np.concatenate([inertia.center, inertia.quaternion]) if inertia else _IDENTITY


def _about_axis(joint: Joint, inertia: Inertia) -> float:
    """Inertia a motor feels: about the joint's axis, or the mass it slides."""
    if joint.kind == "slide":
        return inertia.mass + joint.armature
    axis = np.asarray(joint.axis) / np.linalg.norm(joint.axis)
    local = geometry.rotate(geometry.quaternion_conjugate(inertia.quaternion), axis)
    arm = np.cross(axis, inertia.center)
    return float(local**2 @ inertia.moments + inertia.mass * arm @ arm + joint.armature)


def _with_rotor(joint: Joint | None, inertia: Inertia) -> FloatArray:
    """Bullet has no rotor inertia: a hinge's is added to the link itself, about the joint's axis."""
    if joint is None or joint.kind == "slide":
        return inertia.moments
    axis = np.asarray(joint.axis) / np.linalg.norm(joint.axis)
    local = geometry.rotate(geometry.quaternion_conjugate(inertia.quaternion), axis)
    return inertia.moments + joint.armature * local**2
