"""Runs an agent in an environment and records every episode, in one process or in several."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath
from typing import Any

import gymnasium

from training.dataset import Dataset, DatasetMeta, DatasetWriter
from training.dataset.recorder import RecordDataset, describe, robot_cameras
from training.dataset.storage import Storage
from training.workers import share
from twin.errors import DatasetError

Info = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Collection:
    """What to record: episodes numbered 0, 1, ..., the k-th one seeded ``seed + k``, whoever records it."""

    out: str | Path
    """A folder, or a URL such as ``s3://bucket/warehouse.zarr``."""
    agent: str
    env: str
    options: Mapping[str, Any] = field(default_factory=dict)
    episodes: int = 100
    seed: int = 0
    cameras: tuple[str, ...] | None = None
    """Cameras of the scene; None for all that the robot carries."""
    every: int = 1
    """Keep one frame of so many steps."""
    lidar: bool = False
    """Record the lidar's returns, with the instance and class of each."""
    audit: bool = False
    """Stop at the first image that contradicts its scene or its other labels."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """More root attributes: ``name``, ``licence``, ``description``."""


def missing(collection: Collection, *, resume: bool) -> list[int]:
    """Numbers of the episodes still to record."""
    there = set(Dataset(collection.out).numbers.tolist()) if _goes_on(collection, resume=resume) else set()
    return [number for number in range(collection.episodes) if number not in there]


def collect(
    collection: Collection, *, resume: bool = False, workers: int = 1, done: Callable[[Info], None] = lambda _: None
) -> Dataset:
    """Record what is missing; ``done(info)`` is called as each episode ends. The dataset, to read.

    With ``resume`` a dataset that is there already is completed. ``workers`` processes write a part each; frames and
    digest are the same for any number of them. Interrupted, it leaves all episodes that ended. When a worker dies the
    others do what they can; then ``DatasetError`` says so.
    """
    todo = missing(collection, resume=resume)
    workers = min(workers, len(todo))
    if workers > 1:
        # Made by one, so that what is wrong is found before the others start.
        with _recording(collection, 0, resume=resume):
            pass
        resume = True
    died = share(partial(_recording, collection, resume=resume), todo, workers, done)
    dataset = Dataset(collection.out)
    lost = len(missing(collection, resume=True))
    if died or lost:
        there = f"{collection.episodes - lost} of {collection.episodes} episodes are in {collection.out}"
        why = "; ".join(died) or "not everything was recorded"
        raise DatasetError(f"{why}: {there}; the same command with --resume goes on")
    return dataset


@contextmanager
def _recording(collection: Collection, part: int, *, resume: bool) -> Iterator[Callable[[int], Info]]:
    """Records the episodes that it is called with, into a part of their own."""
    import envs  # noqa: F401 (registers)
    from training.policies.agent import resolve

    env = gymnasium.make(collection.env, disable_env_checker=True, **collection.options)
    try:
        cameras = robot_cameras(env) if collection.cameras is None else list(collection.cameras)
        agent = resolve(collection.agent, env.unwrapped, collection.seed)  # type: ignore[arg-type]
        with _writer(collection, _meta(collection, env, cameras), part, resume=resume) as writer:
            recorder = RecordDataset(env, writer, cameras, collection.every, collection.agent, audit=collection.audit)
            yield partial(_episode, collection, recorder, agent)
    finally:
        env.close()


def _episode(collection: Collection, recorder: RecordDataset, agent: Any, number: int) -> Info:
    seed = collection.seed + number
    recorder.next_number = number
    observation, info = recorder.reset(seed=seed)
    agent.reset(seed)
    ended = truncated = False
    while not (ended or truncated):
        observation, _, ended, truncated, info = recorder.step(agent.act(observation))
    return info


def _meta(collection: Collection, env: Any, cameras: list[str]) -> DatasetMeta:
    about = {"name": PurePath(str(collection.out)).stem, **collection.about}
    arguments = {k: list(v) if isinstance(v, tuple) else v for k, v in collection.options.items()}
    about |= {"env_arguments": arguments, "seed": collection.seed, "stride": collection.every}
    return describe(env, cameras, lidar=collection.lidar, **about)


def _writer(collection: Collection, meta: DatasetMeta, part: int, *, resume: bool) -> DatasetWriter:
    if _goes_on(collection, resume=resume):
        return DatasetWriter.resume(collection.out, meta, part)
    return DatasetWriter.create(collection.out, meta)


def _goes_on(collection: Collection, *, resume: bool) -> bool:
    """A folder that is empty, or not there yet, is begun; with ``resume`` too."""
    return resume and Storage(collection.out, read_only=True).exists()
