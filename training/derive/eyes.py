"""Cameras to render again with: those of a scene by name, or new ones mounted on a body."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from training.dataset.schema import camera_key
from twin import geometry
from twin.errors import InputError, UnknownNameError
from twin.lenses import Lens
from twin.scene import WORLD, Camera, Pose, Scene

SHAPE = "NAME of a camera of the scene, or [NAME=][BODY:]x,y,z,yaw,pitch in metres and radians"
SIZE = (640, 480)
"""Of a new camera, unless said."""
FOV = math.radians(60)
OPTICAL = geometry.quaternion_from_matrix(np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]]))
"""OpenCV's camera frame in one that looks along x, z up."""


@dataclass(frozen=True, slots=True)
class Eye:
    """A camera as it is asked for: ``mount`` is None for one that the scene has."""

    name: str
    body: str = WORLD
    mount: Pose | None = None
    size: tuple[int, int] | None = None
    """Width and height in pixels; the camera's own by default."""
    fov: float | None = None
    """Vertical field of view, rad; the camera's own by default."""

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

    def camera(self, scene: Scene) -> Camera:
        """The camera in a scene; raises ``UnknownNameError`` for a camera or a body that the scene lacks."""
        if self.mount is None:
            return self._resized(known(scene, self.name))
        if self.body and self.body not in scene.body_index:
            raise UnknownNameError("body", self.body, scene.body_index, f"camera '{self.name}'")
        width, height = self.size or SIZE
        return Camera(self.name, self.body, self.mount, Lens.from_fov(width, height, self.fov or FOV))

    def _resized(self, camera: Camera) -> Camera:
        width, height = self.size or (camera.lens.width, camera.lens.height)
        if self.fov is not None:
            own = camera.lens
            return replace(camera, lens=Lens.from_fov(width, height, self.fov, own.near, own.far))
        if (width, height) == (camera.lens.width, camera.lens.height):
            return camera
        return replace(camera, lens=camera.lens.resized(width, height))


def mount(x: float, y: float, z: float, yaw: float, pitch: float) -> Pose:
    """A camera at a point of a body, turned left by ``yaw`` and then down by ``pitch`` (rad)."""
    turned = geometry.quaternion_multiply(
        geometry.quaternion_from_yaw(yaw), geometry.quaternion_from_axis_angle((0.0, 1.0, 0.0), pitch)
    )
    return Pose.of([x, y, z, *geometry.quaternion_multiply(turned, OPTICAL)])


def known(scene: Scene, name: str) -> Camera:
    """A camera of the scene; one that a body carries may be called by its short name, where only one has it."""
    by_name = {camera.name: camera for camera in scene.cameras}
    short = [camera for camera in scene.cameras if camera.name.rpartition("/")[2] == name]
    if name not in by_name and len(short) != 1:
        raise UnknownNameError("camera", name, by_name, f"scene '{scene.name}'")
    return by_name.get(name) or short[0]


def carried(scene: Scene) -> list[str]:
    """Cameras that move with a body."""
    return [camera.name for camera in scene.cameras if camera.body != WORLD]


def check_names(eyes: Sequence[Eye]) -> None:
    """Raise ``InputError`` where two cameras would share a folder."""
    keys = [camera_key(eye.name) for eye in eyes]
    for eye, key in zip(eyes, keys, strict=True):
        if keys.count(key) > 1:
            raise InputError(f"two cameras are called '{eye.name}'; name one, such as front={eye.name}...")
