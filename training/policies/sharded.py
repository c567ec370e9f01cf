"""Environments on all cores for Stable-Baselines3: a few processes, each stepping many environments in turn.

One process an environment would spend more on pipes and memory than on physics.
"""

import contextlib
import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

import cloudpickle
import gymnasium
import numpy as np
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv
from stable_baselines3.common.vec_env.base_vec_env import VecEnvIndices, VecEnvObs, VecEnvStepReturn

MakeEnv = Callable[[], gymnasium.Env[Any, Any]]


def _serve(pipe: Connection, pickled: bytes) -> None:
    """Step one shard until told to stop. Ctrl-C is the parent's business: it closes the shards."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    shard = DummyVecEnv(cloudpickle.loads(pickled))  # from the parent process, not from a file
    while True:
        try:
            call, arguments = pipe.recv()
        except EOFError:
            break
        if call == "close":
            break
        try:
            pipe.send((None, getattr(shard, call)(*arguments)))
        except Exception as error:
            pipe.send((error, None))
    shard.close()


class ShardedVecEnv(VecEnv):
    """A ``VecEnv`` whose environments are spread evenly over processes; order is that of ``makers``."""

    def __init__(self, makers: Sequence[MakeEnv], processes: int) -> None:
        context = multiprocessing.get_context("spawn")
        shards = [list(part) for part in np.array_split(np.array(makers, dtype=object), min(processes, len(makers)))]
        self._sizes = [len(shard) for shard in shards]
        self._pipes: list[Connection] = []
        self._workers = []
        for shard in shards:
            ours, theirs = context.Pipe()
            worker = context.Process(target=_serve, args=(theirs, cloudpickle.dumps(shard)), daemon=True)
            worker.start()
            theirs.close()
            self._pipes.append(ours)
            self._workers.append(worker)
        self._waiting: list[Any] = []
        spaces = [self._receive(pipe) for pipe in self._send_all("get_attr", [("observation_space",)] * len(shards))]
        actions = [self._receive(pipe) for pipe in self._send_all("get_attr", [("action_space",)] * len(shards))]
        super().__init__(len(makers), spaces[0][0], actions[0][0])

    def step_async(self, actions: np.ndarray[Any, Any]) -> None:
        """Send each shard its actions."""
        parts = np.split(actions, np.cumsum(self._sizes)[:-1])
        self._send_all("step", [(part,) for part in parts])

    def step_wait(self) -> VecEnvStepReturn:
        """Gather all shards' answers."""
        parts = [self._receive(pipe) for pipe in self._pipes]
        observations, rewards, dones, infos = zip(*parts, strict=True)
        return (
            _joined(observations),
            np.concatenate(rewards),
            np.concatenate(dones),
            [i for part in infos for i in part],
        )

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        """Seed environment k with ``seed + k`` at its next reset."""
        if seed is None:
            seed = int(np.random.SeedSequence().generate_state(1)[0])
        first = np.cumsum([0, *self._sizes[:-1]])
        parts = [self._receive(pipe) for pipe in self._send_all("seed", [(seed + int(k),) for k in first])]
        return [s for part in parts for s in part]

    def reset(self) -> VecEnvObs:
        """Reset all environments."""
        return _joined([self._receive(pipe) for pipe in self._send_all("reset", [()] * len(self._sizes))])

    def close(self) -> None:
        """End the processes."""
        for pipe in self._pipes:
            with contextlib.suppress(OSError):
                pipe.send(("close", ()))
        for worker in self._workers:
            worker.join(timeout=10)
            if worker.is_alive():
                worker.terminate()
        self._pipes, self._workers = [], []

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """Attribute of each environment."""
        values = [self._receive(p) for p in self._send_all("get_attr", [(attr_name,)] * len(self._sizes))]
        return self._chosen([v for part in values for v in part], indices)

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Set it on all; single environments cannot be addressed."""
        if indices is not None:
            raise NotImplementedError("attributes are set on all environments at once")
        for pipe in self._send_all("set_attr", [(attr_name, value)] * len(self._sizes)):
            self._receive(pipe)

    def env_method(self, method_name: str, *args: Any, indices: VecEnvIndices = None, **kwargs: Any) -> list[Any]:
        """Call a method of every environment, positional arguments only."""
        if kwargs:
            raise NotImplementedError("only positional arguments travel to the environments")
        calls = [(method_name, *args)] * len(self._sizes)
        values = [self._receive(p) for p in self._send_all("env_method", calls)]
        return self._chosen([v for part in values for v in part], indices)

    def env_is_wrapped(
        self, wrapper_class: type[gymnasium.Wrapper[Any, Any, Any, Any]], indices: VecEnvIndices = None
    ) -> list[bool]:
        """Whether each environment has a wrapper of that class."""
        values = [self._receive(p) for p in self._send_all("env_is_wrapped", [(wrapper_class,)] * len(self._sizes))]
        return self._chosen([v for part in values for v in part], indices)

    def _chosen(self, values: list[Any], indices: VecEnvIndices) -> list[Any]:
        return [values[i] for i in self._get_indices(indices)]

    def _send_all(self, call: str, arguments: Sequence[tuple[Any, ...]]) -> list[Connection]:
        for pipe, parts in zip(self._pipes, arguments, strict=True):
            pipe.send((call, parts))
        return self._pipes

    @staticmethod
    def _receive(pipe: Connection) -> Any:
        error, value = pipe.recv()
        if error is not None:
            raise error
        return value


def _joined(parts: Sequence[Any]) -> VecEnvObs:
    if isinstance(parts[0], dict):
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return np.concatenate(parts)
