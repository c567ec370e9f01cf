"""Records a vector of environments, as a wrapper around it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, SyncVectorEnv, VectorEnv, VectorWrapper
from gymnasium.vector.utils import iterate

from training.dataset.episode_stream import EpisodeStream
from training.dataset.recorder import RecordDataset, describe, step_arrays
from training.dataset.schema import DatasetMeta
from training.dataset.writer import DatasetWriter
from twin.errors import DatasetError

Infos = dict[str, Any]


def describe_vector(env: VectorEnv[Any, Any, Any], cameras: Sequence[str] = (), **about: Any) -> DatasetMeta:
    """The root attributes of a dataset of a vector's environments; see ``describe``."""
    inner = env.unwrapped
    if isinstance(inner, SyncVectorEnv):
        return describe(inner.envs[0], cameras, **about)
    if cameras:
        raise DatasetError(f"the environments of a {type(inner).__name__} are out of reach: it records no cameras")
    arrays = tuple(step_arrays(env.single_observation_space, env.single_action_space))
    return DatasetMeta(env_id=env.spec.id if env.spec is not None else type(inner).__name__, arrays=arrays, **about)


class RecordVectorDataset(VectorWrapper[Any, Any, Any]):
    """Writes every episode of every environment of a vector, as ``RecordDataset`` does for one.

    Each environment has a part of the dataset of its own. The terminal observation is the true one in all three ways
    of resetting that Gymnasium knows. Where the environments are in this process (``SyncVectorEnv``) their worlds and
    cameras are recorded too; of any other vector, what ``reset`` and ``step`` return.
    """

    def __init__(
        self,
        env: VectorEnv[Any, Any, Any],
        writers: Sequence[DatasetWriter],
        cameras: Sequence[str] = (),
        agent: str = "",
    ) -> None:
        """``writers``: one for each environment, see ``part_writers``; made with ``describe_vector``."""
        super().__init__(env)
        if len(writers) != env.num_envs:
            raise DatasetError(f"{env.num_envs} environments need as many writers, not {len(writers)}")
        first = max((number for writer in writers for number in writer.numbers), default=-1) + 1
        inner = env.unwrapped
        self._streams: list[EpisodeStream] = []
        if isinstance(inner, SyncVectorEnv):
            recorders = [RecordDataset(e, w, cameras, agent=agent) for e, w in zip(inner.envs, writers, strict=True)]
            for k, recorder in enumerate(recorders):
                recorder.next_number, recorder.number_step = first + k, len(writers)
            inner.envs = list(recorders)
            return
        self._mode = _mode(env)
        period = 1 / float(env.metadata.get("render_fps") or 1)
        spaces = env.single_observation_space, env.single_action_space
        self._streams = [EpisodeStream(writer, *spaces, period=period, agent=agent) for writer in writers]
        self._numbers = [first + k for k in range(len(writers))]
        self._over = np.zeros(len(writers), bool)

    def reset(self, *, seed: int | list[int | None] | None = None, options: Infos | None = None) -> tuple[Any, Infos]:
        """Begin episodes: all, or those in ``options["reset_mask"]``."""
        mask = (options or {}).get("reset_mask", np.ones(self.num_envs, bool))
        observations, infos = self.env.reset(seed=seed, options=options)  # type: ignore[arg-type] # a list is fine
        if self._streams:
            seeds = [seed + k for k in range(self.num_envs)] if isinstance(seed, int) else seed or []
            for k, observation in enumerate(iterate(self.observation_space, observations)):
                if mask[k]:
                    self._begin(k, observation, _info_of(infos, k), seeds[k] if seeds else None)
        return observations, infos

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, Infos]:
        """One step of all; those that end are committed."""
        results = self.env.step(actions)
        if self._streams:
            self._take_in(list(iterate(self.action_space, actions)), *results)
        return results

    def close(self, **how: Any) -> None:
        """Discard the episodes that run and close the environments; the writers stay open."""
        for stream in self._streams:
            stream.discard()
        self.env.close(**how)

    def _begin(self, k: int, observation: Any, info: Infos, seed: int | None = None) -> None:
        self._streams[k].begin(self._numbers[k], seed, observation, info)
        self._numbers[k] += self.num_envs
        self._over[k] = False

    def _take_in(self, actions: list[Any], observations: Any, rewards: Any, ends: Any, cuts: Any, infos: Infos) -> None:
        for k, observation in enumerate(iterate(self.observation_space, observations)):
            if self._over[k]:  # this step was the reset
                if self._mode is AutoresetMode.NEXT_STEP:
                    self._begin(k, observation, _info_of(infos, k))
                continue
            over = bool(ends[k] or cuts[k])
            at_once = over and self._mode is AutoresetMode.SAME_STEP
            seen = infos["final_obs"][k] if at_once else observation
            info = _info_of(infos["final_info"] if at_once else infos, k)
            flags = {"terminated": bool(ends[k]), "truncated": bool(cuts[k])}
            self._streams[k].step(actions[k], float(rewards[k]), seen, info, **flags)
            self._over[k] = over
            if at_once:
                self._begin(k, observation, _info_of(infos, k))


def _mode(env: VectorEnv[Any, Any, Any]) -> AutoresetMode:
    declared = env.metadata.get("autoreset_mode")
    if declared is None:
        raise DatasetError(f"{type(env.unwrapped).__name__} does not say in its metadata how it resets: autoreset_mode")
    return AutoresetMode(declared)


def _info_of(infos: Infos, k: int) -> Infos:
    """What a vector's infos say of one environment: arrays by key, and beside them who has it."""
    return {
        key: values[k]
        for key, values in infos.items()
        if not key.startswith("_") and not isinstance(values, dict) and infos.get(f"_{key}", [True] * (k + 1))[k]
    }
