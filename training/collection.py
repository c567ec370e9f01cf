"""Runs an agent in an environment and records every episode."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gymnasium

from training.dataset import Dataset, DatasetMeta, DatasetWriter
from training.dataset.recorder import RecordDataset, describe, robot_cameras


@dataclass(frozen=True, slots=True)
class Collection:
    """What to record: episodes numbered 0, 1, ..., the k-th one seeded ``seed + k``."""

    out: Path
    agent: str
    env: str
    options: Mapping[str, Any] = field(default_factory=dict)
    episodes: int = 100
    seed: int = 0
    cameras: tuple[str, ...] | None = None
    """Cameras of the scene; None for all that the robot carries."""
    every: int = 1
    """Keep one frame of so many steps."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """More root attributes: ``name``, ``licence``, ``description``."""


def missing(collection: Collection, *, resume: bool) -> list[int]:
    """Numbers of the episodes still to record."""
    there = set(Dataset(collection.out).numbers.tolist()) if _goes_on(collection, resume=resume) else set()
    return [number for number in range(collection.episodes) if number not in there]


def collect(
    collection: Collection, *, resume: bool = False, done: Callable[[Mapping[str, Any]], None] = lambda _: None
) -> Dataset:
    """Record what is missing; ``done(info)`` is called as each episode ends. The dataset, to read.

    With ``resume`` a dataset that is there already is completed. Interrupted, it leaves all episodes that ended.
    """
    import envs  # noqa: F401 (registers)
    from training.policies.agent import resolve

    todo = missing(collection, resume=resume)
    env = gymnasium.make(collection.env, **collection.options)
    try:
        cameras = robot_cameras(env) if collection.cameras is None else list(collection.cameras)
        agent = resolve(collection.agent, env.unwrapped, collection.seed)  # type: ignore[arg-type]
        with _writer(collection, _meta(collection, env, cameras), resume=resume) as writer:
            recorder = RecordDataset(env, writer, cameras, collection.every, collection.agent)
            for number in todo:
                done(_episode(recorder, agent, number, collection.seed + number))
    finally:
        env.close()
    return Dataset(collection.out)


def _episode(recorder: RecordDataset, agent: Any, number: int, seed: int) -> Mapping[str, Any]:
    recorder.next_number = number
    observation, info = recorder.reset(seed=seed)
    agent.reset(seed)
    ended = truncated = False
    while not (ended or truncated):
        observation, _, ended, truncated, info = recorder.step(agent.act(observation))
    return info


def _meta(collection: Collection, env: Any, cameras: list[str]) -> DatasetMeta:
    about = {"name": collection.out.stem, **collection.about}
    arguments = {k: list(v) if isinstance(v, tuple) else v for k, v in collection.options.items()}
    return describe(env, cameras, env_arguments=arguments, seed=collection.seed, stride=collection.every, **about)


def _writer(collection: Collection, meta: DatasetMeta, *, resume: bool) -> DatasetWriter:
    if _goes_on(collection, resume=resume):
        return DatasetWriter.resume(collection.out, meta)
    return DatasetWriter.create(collection.out, meta)


def _goes_on(collection: Collection, *, resume: bool) -> bool:
    """A folder that is empty, or not there yet, is begun; with ``resume`` too."""
    return resume and collection.out.exists() and not (collection.out.is_dir() and not any(collection.out.iterdir()))
