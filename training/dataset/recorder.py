"""Records what an environment does, as a wrapper around it."""

from collections.abc import Sequence
from typing import Any, SupportsFloat

import gymnasium

from training.dataset import spaces, world_rows
from training.dataset.episode_stream import ACTIONS, REWARD, TERMINATED, TIME, TRUNCATED, EpisodeStream
from training.dataset.schema import ArraySpec, DatasetMeta
from training.dataset.world_rows import WorldRows, world_of
from training.dataset.writer import DatasetWriter

Env = gymnasium.Env[Any, Any]


def arrays_of(env: Env, cameras: Sequence[str] = (), *, lidar: bool = False) -> tuple[ArraySpec, ...]:
    """The arrays that ``RecordDataset`` writes for an environment."""
    world = world_of(env)
    found = step_arrays(env.observation_space, env.action_space)
    return (*found, *(world_rows.arrays(world, cameras, lidar=lidar) if world is not None else ()))


def step_arrays(observation: gymnasium.Space[Any], action: gymnasium.Space[Any]) -> list[ArraySpec]:
    """Those that every environment has."""
    return [
        ArraySpec(name=TIME, dtype="float64", unit="s", description="since the episode began"),
        *spaces.arrays(ACTIONS, action),
        ArraySpec(name=REWARD, dtype="float64", description="for the steps from this frame to the next"),
        ArraySpec(name=TERMINATED, dtype="bool", description="the episode ended with the next frame"),
        ArraySpec(name=TRUNCATED, dtype="bool", description="the episode was cut off with the next frame"),
        *spaces.arrays(spaces.observations(observation), observation),
    ]


def describe(env: Env, cameras: Sequence[str] = (), *, lidar: bool = False, **about: Any) -> DatasetMeta:
    """The root attributes of a dataset of this environment; ``about``: ``name``, ``licence``, ``env_arguments``..."""
    world = world_of(env)
    models = world_rows.models(world, cameras) if world is not None else ()
    identity = env.spec.id if env.spec is not None else type(env.unwrapped).__name__
    return DatasetMeta(env_id=identity, arrays=arrays_of(env, cameras, lidar=lidar), cameras=models, **about)


def robot_cameras(env: Env) -> list[str]:
    """Cameras of the scene that the robot carries; none where the environment has no world."""
    world = world_of(env)
    return [c.name for c in world.scene.cameras if c.name.startswith(f"{world.mobile.name}/")] if world else []


class RecordDataset(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Writes every episode that runs through it, the terminal observation included.

    An episode of T steps becomes T + 1 frames. Frame t holds what was observed, the action taken there, and the
    reward and the end flags of the steps up to the next frame. In the last frame action and reward are 0 and
    the flags are false. An episode exists once it terminates or is truncated; one that is reset before is discarded.
    """

    def __init__(
        self,
        env: Env,
        writer: DatasetWriter,
        cameras: Sequence[str] = (),
        every: int = 1,
        agent: str = "",
        *,
        audit: bool = False,
    ) -> None:
        """``writer`` was made with ``describe`` of the same ``env`` and ``cameras``.

        ``every``: keep one frame of so many steps (and the terminal one); rewards between are summed.
        ``audit``: raise ``DatasetError`` at the first image that contradicts its scene or its other labels.
        """
        super().__init__(env)
        lidar = any(spec.name == world_rows.RANGES for spec in writer.meta.arrays)
        world = WorldRows(env, cameras, lidar=lidar, audit=audit) if world_of(env) is not None else None
        period = 1 / float(self.metadata.get("render_fps") or 1)
        self._stream = EpisodeStream(
            writer, self.observation_space, self.action_space, world, period=period, every=every, agent=agent
        )
        self.next_number = max(writer.numbers, default=-1) + 1
        """Number of the episode that the next ``reset`` begins."""
        self.number_step = 1
        """From one episode's number to the next one's."""

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode; one that runs is discarded."""
        self._stream.discard()
        observation, info = self.env.reset(seed=seed, options=options)
        self._stream.begin(self.next_number, seed, observation, info)
        self.next_number += self.number_step
        return observation, info

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """One step; the last one of an episode commits it."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        ends = {"terminated": bool(terminated), "truncated": bool(truncated)}
        self._stream.step(action, float(reward), observation, info, **ends)
        return observation, reward, terminated, truncated, info

    def close(self) -> None:
        """Discard an episode that runs and close the environment; the writer stays open."""
        self._stream.discard()
        super().close()
