"""A factory as frozen data: what both engines simulate and every renderer draws.

Lengths in metres, angles in radians, masses in kilograms; quaternions w, x, y, z. A scene is the whole
truth about the world at time 0; the poses of its bodies are all that changes afterwards.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from twin import geometry
from twin.errors import InputError, UnknownNameError
from twin.lenses import Lens

if TYPE_CHECKING:
    from pydantic import ConfigDict, TypeAdapter

Vec3: TypeAlias = tuple[float, float, float]
Quaternion: TypeAlias = tuple[float, float, float, float]
Rgb: TypeAlias = tuple[float, float, float]

WORLD = ""
"""Name of the frame that has no parent."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Position (m) and orientation (w, x, y, z) in a parent frame."""

    position: Vec3 = (0.0, 0.0, 0.0)
    quaternion: Quaternion = geometry.IDENTITY_QUATERNION

    @classmethod
    def of(cls, array: npt.ArrayLike) -> "Pose":
        """From an array (7,)."""
        x, y, z, qw, qx, qy, qz = (float(v) for v in np.asarray(array, dtype=np.float64))
        return cls((x, y, z), (qw, qx, qy, qz))

    @classmethod
    def planar(cls, x: float, y: float, yaw: float = 0.0, z: float = 0.0) -> "Pose":
        """Upright at x, y, z with heading ``yaw``."""
        return cls.of(geometry.planar_pose(x, y, yaw, z))

    def array(self) -> geometry.FloatArray:
        """Shape (7,)."""
        return np.array([*self.position, *self.quaternion])

    def __matmul__(self, other: "Pose") -> "Pose":
        """The pose of ``other``'s frame in this pose's parent."""
        return Pose.of(geometry.compose(self.array(), other.array()))


class Shape(StrEnum):
    """Geom shapes; what ``Geom.size`` means is MuJoCo's convention."""

    BOX = "box"  # half extents x, y, z
    SPHERE = "sphere"  # radius, -, -
    CYLINDER = "cylinder"  # radius, half length along z, -
    CAPSULE = "capsule"  # radius, half length of the cylinder along z, -
    PLANE = "plane"  # half extents x, y of what is drawn; collides as an infinite half space below z = 0
    MESH = "mesh"  # scale x, y, z of the mesh named in Geom.mesh; collides as its convex hull


@dataclass(frozen=True, slots=True)
class Material:
    """How a surface looks. ``texture`` names a procedural texture; ``texture_size`` is the metres one tile covers."""

    name: str
    color: Rgb = (0.7, 0.7, 0.7)
    texture: str = ""
    texture_size: float = 1.0
    roughness: float = 0.8
    metallic: float = 0.0
    emission: float = 0.0


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Mesh:
    """A triangle mesh: vertices (n, 3) in metres, faces (m, 3) counter-clockwise seen from outside."""

    name: str
    vertices: tuple[Vec3, ...]
    faces: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Geom:
    """A shape fixed to a body. ``pose`` is in the body's frame."""

    shape: Shape
    size: Vec3
    pose: Pose = Pose()
    material: str = ""
    mesh: str = ""
    collides: bool = True
    visible: bool = True
    friction: float = 0.8
    """Coulomb's coefficient; of two geoms in contact the smaller one counts."""
    surface_velocity: Vec3 = (0.0, 0.0, 0.0)
    """Velocity (m/s, geom frame) of the surface relative to its body: a belt. Zero for everything else."""


class Motion(StrEnum):
    """What may move a body."""

    STATIC = "static"  # nothing
    FREE = "free"  # forces, six degrees of freedom
    KINEMATIC = "kinematic"  # its pose is set from outside; pushes and is not pushed
    JOINTED = "jointed"  # forces, about the joint to its parent


@dataclass(frozen=True, slots=True)
class Joint:
    """The single degree of freedom between a jointed body and its parent, at the body's origin."""

    kind: Literal["hinge", "slide"] = "hinge"
    axis: Vec3 = (0.0, 1.0, 0.0)
    damping: float = 0.0
    """N m s/rad or N s/m."""
    armature: float = 0.0
    """Rotor inertia seen at the joint, kg m^2 or kg."""
    limits: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """Rigidly connected geoms. ``pose`` is in the parent body's frame, or the world's where there is no parent."""

    name: str
    pose: Pose = Pose()
    geoms: tuple[Geom, ...] = ()
    motion: Motion = Motion.STATIC
    parent: str = WORLD
    joint: Joint | None = None
    mass: float = 0.0
    """kg; required for free and jointed bodies, spread over the colliding geoms by volume."""
    instance: int = 0
    """Id of the labelled object this body belongs to; 0 is background."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A labelled object: its pose is that of ``body``, its 3D box is given in that body's frame."""

    id: int
    name: str
    class_name: str
    body: str
    center: Vec3
    size: Vec3
    """Full extents (m) of the oriented box along the body's axes."""
    keypoints: tuple[tuple[str, Vec3], ...] = ()
    loose: bool = False
    """True for what may have been moved since the map was drawn: loose loads, vehicles, people."""


@dataclass(frozen=True, slots=True)
class Light:
    """``direction`` points from the light; ``cutoff`` is a spot's half angle (rad)."""

    kind: Literal["directional", "point", "spot"]
    position: Vec3 = (0.0, 0.0, 10.0)
    direction: Vec3 = (0.0, 0.0, -1.0)
    color: Rgb = (1.0, 1.0, 1.0)
    intensity: float = 1.0
    cutoff: float = 0.8
    casts_shadow: bool = False


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera fixed to a body (or the world). ``pose`` is OpenCV's camera frame (x right, y down, z forward)."""

    name: str
    body: str = WORLD
    pose: Pose = Pose()
    lens: Lens = Lens()


@dataclass(frozen=True, slots=True)
class Actuator:
    """A motor on the joint of ``body``. A velocity servo follows rad/s (or m/s), a position servo rad (or m)."""

    name: str
    body: str
    kind: Literal["velocity", "position"] = "velocity"
    gain: float = 20.0
    """Velocity: N m s/rad. Position: N m/rad, critically damped by the engine."""
    max_force: float = 100.0
    """N m or N."""


Range: TypeAlias = float | tuple[float, float]
"""A number, or the least and the most that an episode's seed draws from."""
Manner: TypeAlias = bool | Literal["cooperates"]
"""To robots: true waits for one, false takes no notice of one that moves, ``cooperates`` gives way as to people."""


@dataclass(frozen=True, slots=True)
class Patrol:
    """A kinematic body that goes from waypoint to waypoint. Loops start again at the first one, others turn back."""

    body: str
    waypoints: tuple[tuple[float, float], ...]
    speed: Range = 1.0
    """m/s, with nobody in the way."""
    loop: bool = False
    start: float = 0.0
    """Metres already walked at time 0."""
    yields: Manner | tuple[Manner, ...] = True
    """One of several where there are several, drawn like the ranges. Nobody goes into a robot that stands."""
    personal_space: Range = 0.5
    """m between its outline and a robot's within which it waits; less than half of it is kept to others."""
    patience: Range = (3.0, 8.0)
    """Seconds of waiting for a robot until it goes around, and of being stuck until it goes back."""
    reaction_distance: Range = 6.0
    """m within which it sees others."""
    turn_rate: float | None = None
    """rad/s of a vehicle, which moves along its heading only; None for people, who can step aside."""


@dataclass(frozen=True)
class Scene:
    """Everything that exists. Parents come before their children in ``bodies``."""

    name: str
    bodies: tuple[Body, ...] = ()
    instances: tuple[Instance, ...] = ()
    materials: tuple[Material, ...] = ()
    meshes: tuple[Mesh, ...] = ()
    lights: tuple[Light, ...] = ()
    cameras: tuple[Camera, ...] = ()
    actuators: tuple[Actuator, ...] = ()
    patrols: tuple[Patrol, ...] = ()
    background: Rgb = (0.55, 0.6, 0.66)
    """Colour where nothing is hit."""
    ambient: float = 1.0
    """Factor on the light that comes from all around; 0 where only lights shine."""

    __pydantic_config__: ClassVar["ConfigDict"] = {"allow_inf_nan": False}
    """Of everything in a scene that is read."""

    @cached_property
    def body_index(self) -> Mapping[str, int]:
        """Position of each body, by name; the row of its pose in every pose array."""
        return {body.name: i for i, body in enumerate(self.bodies)}

    @cached_property
    def actuator_index(self) -> Mapping[str, int]:
        """Position of each actuator, by name; the column of its command."""
        return {actuator.name: i for i, actuator in enumerate(self.actuators)}

    @cached_property
    def initial_poses(self) -> geometry.FloatArray:
        """World poses of all bodies at time 0, shape (bodies, 7)."""
        poses = np.zeros((len(self.bodies), 7))
        for i, body in enumerate(self.bodies):
            local = body.pose.array()
            poses[i] = geometry.compose(poses[self.body_index[body.parent]], local) if body.parent else local
        return poses

    def camera(self, name: str) -> Camera:
        """The camera of that name; raises ``UnknownNameError``."""
        for camera in self.cameras:
            if camera.name == name:
                return camera
        raise UnknownNameError("camera", name, [c.name for c in self.cameras])

    def to_json(self) -> str:
        """Canonical JSON: the same scene gives the same text."""
        return _adapter().dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "Scene":
        """Inverse of ``to_json``."""
        return _adapter().validate_json(text)

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


@cache
def _adapter() -> "TypeAdapter[Scene]":
    from pydantic import TypeAdapter

    return TypeAdapter(Scene)


def pose_world_camera(scene: Scene, camera: Camera, poses: geometry.FloatArray) -> geometry.FloatArray:
    """Pose (7,) of a camera's OpenCV frame in the world, given all body poses (bodies, 7)."""
    if not camera.body:
        return camera.pose.array()
    return geometry.compose(poses[scene.body_index[camera.body]], camera.pose.array())


def merge(*parts: Scene) -> Scene:
    """One scene with the contents of all parts, named as the first. Instance ids are made unique by moving
    those of later parts behind those of earlier ones; parts may share materials and meshes, but no other name.
    """
    bodies: list[Body] = []
    instances: list[Instance] = []
    offset = 0
    for part in parts:
        bodies += [replace(b, instance=b.instance + offset) if b.instance and offset else b for b in part.bodies]
        instances += [replace(i, id=i.id + offset) if offset else i for i in part.instances]
        offset = max((i.id for i in instances), default=0)
    merged = replace(
        parts[0],
        bodies=tuple(bodies),
        instances=tuple(instances),
        materials=tuple(dict.fromkeys(m for part in parts for m in part.materials)),
        meshes=tuple(dict.fromkeys(m for part in parts for m in part.meshes)),
        lights=tuple(light for part in parts for light in part.lights),
        cameras=tuple(c for part in parts for c in part.cameras),
        actuators=tuple(a for part in parts for a in part.actuators),
        patrols=tuple(p for part in parts for p in part.patrols),
    )
    validate(merged)
    return merged


def validate(scene: Scene) -> None:
    """Raise ``InputError`` on duplicate names, dangling references, children before parents or missing masses."""
    problems = [*_name_problems(scene), *_id_problems(scene), *_body_problems(scene), *_reference_problems(scene)]
    if problems:
        raise InputError(f"scene '{scene.name}':\n  " + "\n  ".join(problems))


def _name_problems(scene: Scene) -> Iterator[str]:
    for kind, names in (
        ("body", [b.name for b in scene.bodies]),
        ("instance", [i.name for i in scene.instances]),
        ("instance id", [str(i.id) for i in scene.instances]),
        ("material", [m.name for m in scene.materials]),
        ("mesh", [m.name for m in scene.meshes]),
        ("camera", [c.name for c in scene.cameras]),
        ("actuator", [a.name for a in scene.actuators]),
    ):
        for name, count in Counter(names).items():
            if count > 1:
                yield f"{kind} '{name}' occurs {count} times"


def _id_problems(scene: Scene) -> Iterator[str]:
    most = np.iinfo(np.uint16).max  # they are drawn into images of 16 bits
    for instance in scene.instances:
        if not 1 <= instance.id <= most:
            yield f"instance '{instance.name}': its id must be from 1 to {most}, not {instance.id}"


def _body_problems(scene: Scene) -> Iterator[str]:
    ids = {i.id for i in scene.instances} | {0}
    seen: set[str] = set()
    for body in scene.bodies:
        if body.parent and body.parent not in seen:
            yield f"body '{body.name}': parent '{body.parent}' is not listed before it"
        if body.motion in (Motion.FREE, Motion.JOINTED) and not body.mass > 0:
            yield f"body '{body.name}': a {body.motion} body needs a mass above 0, not {body.mass}"
        if (body.motion is Motion.JOINTED) != (body.joint is not None):
            yield f"body '{body.name}': a joint belongs to jointed bodies, and only to them"
        if body.instance not in ids:
            yield f"body '{body.name}': no instance has id {body.instance}"
        seen.add(body.name)


def _reference_problems(scene: Scene) -> Iterator[str]:
    geoms = [(body.name, geom) for body in scene.bodies for geom in body.geoms]
    for kind, known, uses in (
        ("material", {m.name for m in scene.materials}, {(b, g.material) for b, g in geoms if g.material}),
        ("mesh", {m.name for m in scene.meshes}, {(b, g.mesh) for b, g in geoms if g.mesh}),
        ("body", scene.body_index.keys(), {(i.name, i.body) for i in scene.instances}),
        ("body", scene.body_index.keys(), {(c.name, c.body) for c in scene.cameras if c.body}),
        ("body", scene.body_index.keys(), {(a.name, a.body) for a in scene.actuators}),
        ("body", scene.body_index.keys(), {(p.body, p.body) for p in scene.patrols}),
    ):
        for user, name in sorted(uses):
            if name not in known:
                yield f"'{user}' refers to the {kind} '{name}', which does not exist"
