"""Cameras in places where somebody or something could carry them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import atan2, cos, hypot, sin

import numpy as np

from training.stills.mounts import Mount
from training.stills.stages import CAMERA, Stage
from twin.errors import PlanningError
from twin.geometry import FloatArray, matrix_from_quaternion, quaternion_from_matrix
from twin.lenses import Lens
from twin.rendering.base import Frame
from twin.scene import WORLD, Camera, Pose

AIMED = 0.5
"""Share of random shots that look at some object; the others look straight on."""
ROLL = 0.015
"""rad; nobody holds a camera quite level."""
FROM_MOVERS = 0.3
"""m to people and vehicles, besides the mount's radius."""
NEAREST = 0.25
"""m; anything nearer fills the picture."""
NEAR_SHARE = 0.02
"""Share of the picture that may be nearer than ``NEAREST``."""
WALL, WALL_SHARE = 0.8, 0.6
"""A picture with so much of it nearer than so many metres shows nothing."""
TRIES = 200
SPOT, TURN = 1.0, np.pi / 4
"""m and rad within which shots look alike."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame to be taken."""

    moment: int
    mount: str
    pose: tuple[float, ...]
    """Of the camera in the world, (7,)."""

    def camera(self, lens: Lens) -> Camera:
        """What takes it."""
        return Camera(CAMERA, WORLD, Pose.of(self.pose), lens)

    def spot(self) -> tuple[int, int, int]:
        """About where it is taken and which way: shots of the same scene with the same numbers look alike."""
        x, y, _ = self.camera_axis()
        across, along = (int(np.floor(v / SPOT)) for v in self.pose[:2])
        return across, along, int(np.floor((atan2(y, x) + np.pi) / TURN))

    def camera_axis(self) -> FloatArray:
        """Where it looks: a unit vector (3,) in the world."""
        return matrix_from_quaternion(np.array(self.pose[3:]))[:, 2]


def held(x: float, y: float, z: float, yaw: float, pitch: float, roll: float = 0.0) -> tuple[float, ...]:
    """Pose (7,) of an OpenCV camera; ``pitch`` looks down, ``roll`` turns it about its axis (rad)."""
    forward = np.array([cos(yaw) * cos(pitch), sin(yaw) * cos(pitch), -sin(pitch)])
    right = np.array([sin(yaw), -cos(yaw), 0.0])
    axes = np.stack([right, np.cross(forward, right), forward], axis=1)
    c, s = cos(roll), sin(roll)
    turned = axes @ np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    return (x, y, z, *map(float, quaternion_from_matrix(turned)))


def usable(frame: Frame) -> bool:
    """Whether a picture was taken from outside of things, and shows more than one at arm's length."""
    depth = np.where(frame.depth > 0, frame.depth, np.inf)
    return bool((depth < NEAREST).mean() <= NEAR_SHARE and (depth < WALL).mean() <= WALL_SHARE)


def shots(stage: Stage, mounts: Mapping[str, Mount], rng: np.random.Generator) -> Iterator[Shot]:
    """Random shots without end, each of another moment; some of them may not be ``usable``."""
    moment = 0
    while True:
        yield random_shot(stage, mounts, moment, rng)
        moment += 1


def random_shot(stage: Stage, mounts: Mapping[str, Mount], moment: int, rng: np.random.Generator) -> Shot:
    """Somebody's view of the hall. Raises ``PlanningError`` where no mount finds room."""
    able = {name: mount for name, mount in mounts.items() if len(stage.places(mount))}
    if not able:
        raise PlanningError(f"layout '{stage.layout.name}' has no room for a camera: {', '.join(mounts)}")
    shares = np.array([mount.share for mount in able.values()])
    for _ in range(TRIES):
        name = list(able)[int(rng.choice(len(able), p=shares / shares.sum()))]
        places = stage.places(able[name])
        x, y = places[int(rng.integers(len(places)))] + rng.uniform(-0.05, 0.05, 2)
        target = _some_object(stage, moment, rng) if rng.random() < AIMED else None
        shot = aimed(stage, name, able[name], moment, (float(x), float(y)), target, rng)
        if shot is not None:
            return shot
    raise PlanningError(f"layout '{stage.layout.name}': somebody stands wherever there is room for a camera")


def aimed(
    stage: Stage,
    name: str,
    mount: Mount,
    moment: int,
    place: tuple[float, float],
    target: FloatArray | None,
    rng: np.random.Generator,
    spread: float = 0.2,
) -> Shot | None:
    """A shot from ``place`` at a point (3,), missing it by ``spread`` (rad), or straight on in some direction.

    As far down or up as the mount can look. None where somebody stands there.
    """
    heights = stage.heights(mount)
    assert heights is not None
    x, y = place
    z = float(rng.uniform(*heights))
    if stage.is_met(np.array([x, y, z]), moment, mount.radius + FROM_MOVERS):
        return None
    yaw, pitch = float(rng.uniform(-np.pi, np.pi)), float(rng.uniform(*mount.pitches))
    if target is not None:
        dx, dy, dz = (float(v) for v in target - (x, y, z))
        yaw = atan2(dy, dx) + float(rng.normal(0.0, spread))
        pitch = float(np.clip(atan2(-dz, hypot(dx, dy)) + rng.normal(0.0, spread / 2), *mount.pitches))
    return Shot(moment, name, held(x, y, z, yaw, pitch, float(rng.normal(0.0, ROLL))))


def _some_object(stage: Stage, moment: int, rng: np.random.Generator) -> FloatArray | None:
    table = stage.objects
    if not len(table.id):
        return None
    return middle(stage, int(rng.integers(len(table.id))), moment)


def middle(stage: Stage, row: int, moment: int) -> FloatArray:
    """Of an object's box (3,) in the world; ``row`` of ``stage.objects``."""
    pose = Pose.of(stage.poses(moment)[stage.objects.body[row]])
    x, y, z = (float(v) for v in stage.objects.center[row])
    return np.array((pose @ Pose((x, y, z))).position)
