"""Cameras to render again with: those recorded, others of a scene by name, or new ones mounted on a body."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from training.dataset import cameras
from training.dataset.reader import Dataset
from training.dataset.schema import EXTRINSICS, INTRINSICS, POSES, AnyArray, CameraModel, camera_key
from twin import geometry
from twin.errors import InputError, UnknownNameError
from twin.lenses import Lens
from twin.scene import WORLD, Camera, Pose, Scene, pose_world_camera

SHAPE = "NAME of a camera of the scene, or [NAME=][BODY:]x,y,z,yaw,pitch in metres and radians"
SIZE = (640, 480)
"""Of a new camera, unless said."""
FOV = math.radians(60)
OPTICAL = geometry.quaternion_from_matrix(np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]]))
"""OpenCV's camera frame in one that looks along x, z up."""


@dataclass(frozen=True, slots=True)
class Eye:
    """A camera as it is asked for: ``mount`` is None for one that has a name already."""

    name: str
    body: str = WORLD
    mount: Pose | None = None
    size: tuple[int, int] | None = None
    """Width and height in pixels; the camera's own by default."""
    fov: float | None = None
    """Vertical field of view, rad; the camera's own by default."""
    recorded: CameraModel | None = None
    """Of a camera that was recorded: its lens and its pose are those stored with each frame."""

    @classmethod
    def parse(cls, text: str, size: tuple[int, int] | None = None, fov: float | None = None) -> "Eye":
        """From what people type; raises ``InputError``."""
        if "," not in text:
            return cls(text, size=size, fov=fov)
        name, equals, rest = text.rpartition("=")
        body, colon, numbers = rest.rpartition(":")
        try:
            x, y, z, yaw, pitch = (float(number) for number in numbers.split(","))
        except ValueError:
            raise InputError(f"camera '{text}': should be {SHAPE}") from None
        if not all(map(math.isfinite, (x, y, z, yaw, pitch))) or (equals and not name) or (colon and not body):
            raise InputError(f"camera '{text}': should be {SHAPE}")
        named = name or (f"{body}/mounted" if body else "mounted")
        return cls(named, body, mount(x, y, z, yaw, pitch), size, fov)

    def of(self, dataset: Dataset) -> "Eye":
        """The same, its name looked up among what was recorded and in the first scene; raises ``UnknownNameError``."""
        if self.mount is not None:
            return self
        recorded = {model.name: model for model in dataset.cameras.values() if _stored(model) <= {*dataset.arrays}}
        others = [camera.name for camera in dataset.scene(0).cameras]
        found = self.name if self.name in others else named(recorded, self.name) or named(others, self.name)
        if found is None:
            raise UnknownNameError("camera", self.name, {*recorded, *others}, dataset.label)
        return replace(self, name=found, recorded=recorded.get(found))

    def of_the_scene(self, dataset: Dataset) -> "Eye":
        """The same, with the lens and the mount that the scene says, at the size that was recorded."""
        if self.recorded is None:
            return self
        known(dataset.scene(0), self.name)
        return replace(self, recorded=None, size=self.size or (self.recorded.width, self.recorded.height))

    @property
    def reads(self) -> set[str]:
        """Arrays of which ``camera`` needs the values."""
        return {POSES, *_stored(self.recorded)} if self.recorded else set()

    def camera(self, scene: Scene, values: Mapping[str, AnyArray]) -> Camera:
        """The camera for a frame; raises ``UnknownNameError`` for a camera or a body that the scene lacks."""
        if self.recorded is not None:
            return self._resized(_mounted(cameras.stored_camera(values, self.recorded), scene, values[POSES]))
        if self.mount is None:
            return self._resized(known(scene, self.name))
        if self.body and self.body not in scene.body_index:
            raise UnknownNameError("body", self.body, scene.body_index, f"camera '{self.name}'")
        width, height = self.size or SIZE
        return Camera(self.name, self.body, self.mount, Lens.from_fov(width, height, self.fov or FOV))

    def _resized(self, camera: Camera) -> Camera:
        own = camera.lens
        width, height = self.size or (own.width, own.height)
        if self.fov is not None:
            if own.distortion is not None:
                text = f"camera '{self.name}' has a {own.distortion.model} lens, which sees what its calibration says"
                raise InputError(f"--fov {self.fov:g}: {text}; give a --size alone, or leave that camera out")
            return replace(camera, lens=Lens.from_fov(width, height, self.fov, own.near, own.far))
        if (width, height) == (own.width, own.height):
            return camera
        return replace(camera, lens=own.resized(width, height))


def _stored(model: CameraModel) -> set[str]:
    return {model.array(INTRINSICS), model.array(EXTRINSICS)}


def _mounted(camera: Camera, scene: Scene, poses: AnyArray) -> Camera:
    """On its body, where the scene has it there: lenses that distort then round as they did when it was recorded."""
    for own in scene.cameras:
        if own.name == camera.name and np.array_equal(pose_world_camera(scene, own, poses), camera.pose.array()):
            return replace(camera, body=own.body, pose=own.pose)
    return camera


def mount(x: float, y: float, z: float, yaw: float, pitch: float) -> Pose:
    """A camera at a point of a body, turned left by ``yaw`` and then down by ``pitch`` (rad)."""
    turned = geometry.quaternion_multiply(
        geometry.quaternion_from_yaw(yaw), geometry.quaternion_from_axis_angle((0.0, 1.0, 0.0), pitch)
    )
    return Pose.of([x, y, z, *geometry.quaternion_multiply(turned, OPTICAL)])


def named(names: Collection[str], name: str) -> str | None:
    """One of the names; that of what a body carries may be short, where only one has it."""
    short = [one for one in names if one.rpartition("/")[2] == name]
    return name if name in names else short[0] if len(short) == 1 else None


def known(scene: Scene, name: str) -> Camera:
    """A camera of the scene; raises ``UnknownNameError``."""
    by_name = {camera.name: camera for camera in scene.cameras}
    if (found := named(by_name, name)) is None:
        raise UnknownNameError("camera", name, by_name, f"scene '{scene.name}'")
    return by_name[found]


def carried(scene: Scene) -> list[str]:
    """Cameras that move with a body."""
    return [camera.name for camera in scene.cameras if camera.body != WORLD]


def check_names(eyes: Sequence[Eye]) -> None:
    """Raise ``InputError`` where two cameras would share a folder."""
    keys = [camera_key(eye.name) for eye in eyes]
    for eye, key in zip(eyes, keys, strict=True):
        if keys.count(key) > 1:
            raise InputError(f"two cameras are called '{eye.name}'; name one, such as front={eye.name}...")
