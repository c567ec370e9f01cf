"""Records what an environment does, as a wrapper around it."""

from collections.abc import Sequence
from importlib import metadata
from typing import Any, SupportsFloat, cast

import gymnasium
import numpy as np
import numpy.typing as npt

from training.dataset import cameras as camera_arrays
from training.dataset import spaces
from training.dataset.schema import POSES, AnyArray, ArraySpec, DatasetMeta, EpisodeRecord
from training.dataset.writer import DatasetWriter, EpisodeWriter
from twin.errors import UnknownNameError
from twin.scene import Camera, Scene
from twin.world import World

ACTIONS, REWARD, TERMINATED, TRUNCATED, TIME = "actions", "reward", "terminated", "truncated", "time"
BODIES_PER_COLUMN = 64

Env = gymnasium.Env[Any, Any]


def arrays_of(env: Env, cameras: Sequence[str] = ()) -> tuple[ArraySpec, ...]:
    """The arrays that ``RecordDataset`` writes for an environment."""
    observation = env.observation_space
    arrays = [
        ArraySpec(name=TIME, dtype="float64", unit="s", description="since the episode began"),
        *spaces.arrays(ACTIONS, env.action_space),
        ArraySpec(name=REWARD, dtype="float64", description="for the steps from this frame to the next"),
        ArraySpec(name=TERMINATED, dtype="bool", description="the episode ended with the next frame"),
        ArraySpec(name=TRUNCATED, dtype="bool", description="the episode was cut off with the next frame"),
        *spaces.arrays(spaces.observations(observation), observation),
    ]
    world = _world(env)
    if world is not None:
        about = "x y z qw qx qy qz of every body of the scene, in its order, world frame"
        shape = (BODIES_PER_COLUMN, 7)
        arrays.append(ArraySpec(name=POSES, dtype="float64", shape=shape, unit="m", description=about, ragged=True))
        for name in cameras:
            arrays += camera_arrays.arrays(camera_arrays.model(_camera(world, name)))
    return tuple(arrays)


def describe(env: Env, cameras: Sequence[str] = (), **about: Any) -> DatasetMeta:
    """The root attributes of a dataset of this environment; ``about``: ``name``, ``licence``, ``env_arguments``..."""
    world = _world(env)
    models = tuple(camera_arrays.model(_camera(world, name)) for name in cameras) if world is not None else ()
    identity = env.spec.id if env.spec is not None else type(env.unwrapped).__name__
    return DatasetMeta(env_id=identity, arrays=arrays_of(env, cameras), cameras=models, **about)


def robot_cameras(env: Env) -> list[str]:
    """Cameras of the scene that the robot carries; none where the environment has no world."""
    world = _world(env)
    return [c.name for c in world.scene.cameras if c.name.startswith(f"{world.mobile.name}/")] if world else []


class RecordDataset(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Writes every episode that runs through it, the terminal observation included.

    An episode of T steps becomes T + 1 frames. Frame t holds what was observed, the action taken there, and the
    reward and the end flags of the steps up to the next frame. In the last frame action and reward are 0 and
    the flags are false. An episode exists once it terminates or is truncated; one that is reset before is discarded.
    """

    def __init__(
        self, env: Env, writer: DatasetWriter, cameras: Sequence[str] = (), every: int = 1, agent: str = ""
    ) -> None:
        """``writer`` was made with ``describe`` of the same ``env`` and ``cameras``.

        ``every``: keep one frame of so many steps (and the terminal one); rewards between are summed.
        """
        super().__init__(env)
        self._writer, self._cameras, self._every, self._agent = writer, tuple(cameras), every, agent
        self.next_number = max(writer.numbers, default=-1) + 1
        """Number of the episode that the next ``reset`` begins."""
        self._episode: EpisodeWriter | None = None
        self._classes: tuple[Scene, npt.NDArray[np.uint16]] | None = None
        self._pending: dict[str, AnyArray] = {}
        self._steps, self._return = 0, 0.0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode; one that runs is discarded."""
        self._discard()
        observation, info = self.env.reset(seed=seed, options=options)
        world = _world(self.env)
        scene = world.scene if world is not None else None
        self._episode = self._writer.begin(self._record(seed), scene)
        self.next_number += 1
        self._steps, self._return = 0, 0.0
        self._pending = self._frame(observation)
        return observation, info

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """One step; the last one of an episode commits it."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        if self._episode is None:
            return observation, reward, terminated, truncated, info
        if self._steps % self._every == 0:
            self._pending |= spaces.values(ACTIONS, self.action_space, action)
        self._pending[REWARD] = self._pending[REWARD] + float(reward)
        self._steps += 1
        self._return += float(reward)
        ended = terminated or truncated
        if ended or self._steps % self._every == 0:
            self._pending |= {TERMINATED: np.asarray(terminated), TRUNCATED: np.asarray(truncated)}
            self._episode.append(self._pending)
            self._pending = self._frame(observation)
        if ended:
            self._commit(self._episode, info, terminated=terminated)
        return observation, reward, terminated, truncated, info

    def close(self) -> None:
        """Discard an episode that runs and close the environment; the writer stays open."""
        self._discard()
        super().close()

    def _commit(self, episode: EpisodeWriter, info: dict[str, Any], *, terminated: bool) -> None:
        episode.append(self._pending)
        episode.outcome |= {"return": self._return, "steps": self._steps, "terminated": bool(terminated)}
        episode.outcome |= {k: v for key, value in info.items() for k, v in _scalar(key, value)}
        episode.commit()
        self._episode = None

    def _discard(self) -> None:
        if self._episode is not None:
            self._episode.discard()
            self._episode = None

    def _frame(self, observation: Any) -> dict[str, AnyArray]:
        """What is known on arrival at a frame; action and reward still zero."""
        space = self.observation_space
        frame = {
            TIME: np.asarray(self._time()),
            **spaces.zeros(ACTIONS, self.action_space),
            REWARD: np.asarray(0.0),
            TERMINATED: np.asarray(False),
            TRUNCATED: np.asarray(False),
            **spaces.values(spaces.observations(space), space, observation),
        }
        world = _world(self.env)
        if world is None:
            return frame
        poses = world.poses()
        frame[POSES] = poses
        for name in self._cameras:
            camera = _camera(world, name)
            image = world.render(camera.name)
            frame |= camera_arrays.row(image, camera, world.scene, poses, self._class_lookup(world.scene))
        return frame

    def _time(self) -> float:
        world = _world(self.env)
        return world.time if world is not None else self._steps / float(self.metadata.get("render_fps") or 1)

    def _class_lookup(self, scene: Scene) -> npt.NDArray[np.uint16]:
        if self._classes is None or self._classes[0] is not scene:
            self._classes = (scene, camera_arrays.class_lookup(scene))
        return self._classes[1]

    def _record(self, seed: int | None) -> EpisodeRecord:
        world = _world(self.env)
        record = EpisodeRecord(episode=self.next_number, seed=seed, agent=self._agent)
        if world is None:
            return record
        inner: Any = self.env.unwrapped
        layout = inner.site.layout
        return record.model_copy(
            update={
                "robot": inner.robot.name,
                "layout": layout.name,
                "layout_digest": layout.digest(),
                "draws": {"start": list(inner.episode.start), "goal": list(inner.episode.goal)},
                "engine": f"{world.physics.engine} {metadata.version(world.physics.engine)}",
                "renderer": world.renderer.describe() if self._cameras else "",
            }
        )


def _world(env: Env) -> World | None:
    return cast("World | None", getattr(env.unwrapped, "world", None))


def _camera(world: World, name: str) -> Camera:
    """A camera of the scene; one that the robot carries may be called by its short name."""
    by_name = {camera.name: camera for camera in world.scene.cameras}
    found = by_name.get(name) or by_name.get(f"{world.mobile.name}/{name}")
    if found is None:
        raise UnknownNameError("camera", name, by_name)
    return found


def _scalar(key: str, value: Any) -> list[tuple[str, bool | int | float]]:
    """What of ``info`` is a figure, and so part of the outcome."""
    if isinstance(value, np.generic):
        value = value.item()
    kept = isinstance(value, bool | int) or (isinstance(value, float) and np.isfinite(value))
    return [(key, value)] if kept else []
