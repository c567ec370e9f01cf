"""What one of our environments adds to a frame besides what its agent sees: poses, camera images, lidar returns."""

from collections.abc import Sequence
from functools import cache
from importlib import metadata
from typing import Any, cast

import gymnasium
import numpy as np
import numpy.typing as npt

from training.dataset import cameras
from training.dataset.schema import POSES, POSES_SPEC, AnyArray, ArraySpec, CameraModel
from twin.errors import DatasetError, InputError, UnknownNameError
from twin.geometry import FloatArray
from twin.rendering.base import Frame
from twin.scene import Camera, Scene
from twin.world import World

RANGES, POINTS, HIT_INSTANCE, HIT_CLASS = "lidar/range", "lidar/points", "lidar/instance", "lidar/class_id"


def world_of(env: gymnasium.Env[Any, Any]) -> World | None:
    """The world of an environment of ours; None for any other."""
    return cast("World | None", getattr(env.unwrapped, "world", None))


def camera_of(world: World, name: str) -> Camera:
    """A camera of the scene; one that the robot carries may be called by its short name."""
    by_name = {camera.name: camera for camera in world.scene.cameras}
    found = by_name.get(name) or by_name.get(f"{world.mobile.name}/{name}")
    if found is None:
        raise UnknownNameError("camera", name, by_name)
    return found


def models(world: World, names: Sequence[str]) -> tuple[CameraModel, ...]:
    """How the named cameras are described."""
    return tuple(cameras.model(camera_of(world, name)) for name in names)


def arrays(world: World, names: Sequence[str], *, lidar: bool) -> list[ArraySpec]:
    """The arrays that ``WorldRows`` fills."""
    found = [POSES_SPEC]
    found += [spec for model in models(world, names) for spec in cameras.arrays(model)]
    return found + (_lidar_arrays(world) if lidar else [])


def _lidar_arrays(world: World) -> list[ArraySpec]:
    count = _returns(world)
    about = "returns in the order of layers and rays, without noise; then zeros"
    return [
        ArraySpec(
            name=RANGES, dtype="float32", shape=(count,), unit="m", description=f"from the lidar's axis; {about}"
        ),
        ArraySpec(name=POINTS, dtype="float32", shape=(count, 3), unit="m", description=f"world frame; {about}"),
        ArraySpec(
            name=HIT_INSTANCE, dtype="uint16", shape=(count,), description=f"ids of the scene's instances; {about}"
        ),
        ArraySpec(name=HIT_CLASS, dtype="uint16", shape=(count,), description=f"ids of the taxonomy; {about}"),
    ]


def _returns(world: World) -> int:
    config = world.mobile.sensors.lidar
    return config.rays * len(config.layers)


class WorldRows:
    """Takes the values of those arrays from the world of an environment, step by step."""

    def __init__(self, env: gymnasium.Env[Any, Any], names: Sequence[str], *, lidar: bool, audit: bool) -> None:
        """``audit``: check every frame's images against each other, and stop at the first that is wrong."""
        self._inner: Any = env.unwrapped
        self._names, self._lidar, self._audit = tuple(names), lidar, audit
        self._scene: Scene | None = None
        self._cameras: list[Camera] = []
        self._classes: npt.NDArray[np.uint16] = np.zeros(0, np.uint16)

    @property
    def world(self) -> World:
        """Of the current episode."""
        return cast("World", self._inner.world)

    def row(self) -> dict[str, AnyArray]:
        """The values of this moment. Raises ``DatasetError`` for a frame that the audit refuses."""
        world = self.world
        if world.scene is not self._scene:
            self._scene = world.scene
            self._cameras = [camera_of(world, name) for name in self._names]
            self._classes = cameras.class_lookup(world.scene)
        poses = world.poses()
        values: dict[str, AnyArray] = {POSES: poses}
        for camera in self._cameras:
            frame = self._image(world, camera)
            if self._audit:
                _refuse(frame, camera, world.scene, poses)
            values |= cameras.row(frame, camera, world.scene, poses, self._classes)
        return values | (_lidar_row(world) if self._lidar else {})

    def _image(self, world: World, camera: Camera) -> Frame:
        """What the agent was shown is not drawn again, where it is of this moment."""
        try:
            shared = self._inner.camera.name == camera.name and float(self._inner.image_age) == 0.0
        except (AttributeError, InputError):
            shared = False
        return cast("Frame", self._inner.frame) if shared else world.render(camera.name)

    def draws(self) -> dict[str, Any]:
        """What was drawn until now."""
        return dict(self._inner.draws)

    def record(self) -> dict[str, Any]:
        """What the episode's record says of where it takes place."""
        world, inner = self.world, self._inner
        layout = inner.site.origin
        return {
            "robot": inner.robot.name,
            "layout": layout.name,
            "layout_digest": layout.digest(),
            "draws": inner.draws,
            "scenario": inner.scenario.name if inner.scenario is not None else "",
            "engine": f"{world.physics.engine} {_version(world.physics.engine)}",
            "renderer": world.renderer.describe() if self._names else "",
            "quality": world.renderer.quality.name if self._names else "",
        }


@cache
def _version(engine: str) -> str:
    return metadata.version(engine)


def _lidar_row(world: World) -> dict[str, AnyArray]:
    found = world.lidar_labelled()
    values: dict[str, AnyArray] = {
        RANGES: found.range.astype(np.float32),
        POINTS: found.points.astype(np.float32),
        HIT_INSTANCE: found.instance,
        HIT_CLASS: found.class_id,
    }
    return {name: _padded(value, _returns(world)) for name, value in values.items()}


def _padded(values: AnyArray, count: int) -> AnyArray:
    out = np.zeros((count, *values.shape[1:]), values.dtype)
    out[: len(values)] = values
    return out


def _refuse(frame: Frame, camera: Camera, scene: Scene, poses: FloatArray) -> None:
    from twin.labels import LabelInput
    from twin.labels.audit import check

    for problem in check(LabelInput(frame, scene, poses, camera)):
        raise DatasetError(f"the image of camera '{camera.name}' is wrong and is not recorded: {problem}")
