"""Runs an agent in an environment and records every episode, in one process or in several."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath
from typing import Any, Protocol

import gymnasium

from envs import scenarios
from training.coverage.quotas import plan, title
from training.dataset import Dataset, DatasetMeta, DatasetWriter, files
from training.dataset.recorder import RecordDataset, describe, robot_cameras
from training.dataset.storage import Storage
from training.workers import opencv_alone, share
from twin.errors import DatasetError

Info = Mapping[str, Any]


class Recordable(Protocol):
    """What ``collect`` records: episodes, each made of its number alone, so that any process may record it."""

    @property
    def out(self) -> str | Path:
        """A folder, or a URL such as ``s3://bucket/warehouse.zarr``."""

    def numbers(self) -> Iterable[int]:
        """Of all episodes that there shall be, ascending."""

    def recording(self, part: int, *, resume: bool) -> AbstractContextManager[Callable[[int], Info]]:
        """Records the episodes whose numbers it is called with, into a part of their own."""


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
    quotas: Mapping[str, int] = field(default_factory=dict)
    """Episodes of each of these scenarios, by name or file, in place of ``episodes``."""

    def numbers(self) -> Iterable[int]:
        """0, 1, ..."""
        return range(sum(self.quotas.values()) if self.quotas else self.episodes)

    def options_of_resets(self) -> tuple[dict[str, Any], ...]:
        """Of each episode, by its number: its scenario, where there are quotas; else nothing at all."""
        read = {name: {"scenario": scenarios.load(name)} for name in self.quotas}
        return tuple(read[name] for name in plan(self.quotas))

    def recording(self, part: int, *, resume: bool) -> AbstractContextManager[Callable[[int], Info]]:
        """Drives in an environment of its own."""
        return _recording(self, part, resume=resume)


def missing(collection: Recordable, *, resume: bool) -> list[int]:
    """Numbers of the episodes still to record."""
    there = set(Dataset(collection.out).numbers.tolist()) if goes_on(collection.out, resume=resume) else set()
    return [number for number in collection.numbers() if number not in there]


def collect(
    collection: Recordable, *, resume: bool = False, workers: int = 1, done: Callable[[Info], None] = lambda _: None
) -> Dataset:
    """Record what is missing; ``done(info)`` is called as each episode ends. The dataset, to read.

    With ``resume`` a dataset that is there already is completed. ``workers`` processes write a part each; frames and
    digest are the same for any number of them. Interrupted, it leaves all episodes that ended, and nothing where none
    did. When a worker dies the others do what they can; then ``DatasetError`` says so.
    """
    with files.gone_if_empty(collection.out):
        return _collect(collection, workers, done, resume=resume)


def _collect(collection: Recordable, workers: int, done: Callable[[Info], None], *, resume: bool) -> Dataset:
    todo = missing(collection, resume=resume)
    workers = min(workers, len(todo))
    if workers > 1:
        # Made by one, so that what is wrong is found before the others start.
        with collection.recording(0, resume=resume):
            pass
        resume = True
    died = share(partial(_part, collection, resume=resume), todo, workers, done)
    dataset = Dataset(collection.out)
    lost = len(missing(collection, resume=True))
    if died or lost:
        wanted = len(list(collection.numbers()))
        there = f"{wanted - lost} of {wanted} episodes are in {collection.out}"
        why = "; ".join(died) or "not everything was recorded"
        raise DatasetError(f"{why}: {there}; the same command with --resume goes on")
    return dataset


def _part(collection: Recordable, part: int, *, resume: bool) -> AbstractContextManager[Callable[[int], Info]]:
    return collection.recording(part, resume=resume)


@contextmanager
def _recording(collection: Collection, part: int, *, resume: bool) -> Iterator[Callable[[int], Info]]:
    """Records the episodes that it is called with, into a part of their own."""
    import envs  # noqa: F401 (registers)
    from training.policies.agent import resolve

    env = gymnasium.make(collection.env, disable_env_checker=True, **collection.options)
    try:
        cameras = robot_cameras(env) if collection.cameras is None else list(collection.cameras)
        agent = resolve(collection.agent, env.unwrapped, collection.seed)  # type: ignore[arg-type]
        with opencv_alone(), writer(collection.out, _meta(collection, env, cameras), part, resume=resume) as out:
            recorder = RecordDataset(env, out, cameras, collection.every, collection.agent, audit=collection.audit)
            yield partial(_episode, collection, recorder, agent, collection.options_of_resets())
    finally:
        env.close()


def _episode(
    collection: Collection, recorder: RecordDataset, agent: Any, options: Sequence[dict[str, Any]], number: int
) -> Info:
    seed = collection.seed + number
    recorder.next_number = number
    observation, info = recorder.reset(seed=seed, options=options[number] if options else None)
    agent.reset(seed)
    ended = truncated = False
    while not (ended or truncated):
        observation, _, ended, truncated, info = recorder.step(agent.act(observation))
    return info


def _meta(collection: Collection, env: Any, cameras: list[str]) -> DatasetMeta:
    about = {"name": PurePath(str(collection.out)).stem, **collection.about}
    arguments = {k: list(v) if isinstance(v, tuple) else v for k, v in collection.options.items()}
    about |= {"env_arguments": arguments, "seed": collection.seed, "stride": collection.every}
    chosen = [*collection.quotas, *filter(None, [collection.options.get("scenario")])]
    about["scenarios"] = {str(one): scenarios.load(one).digest() for one in chosen if isinstance(one, str | Path)}
    about["quotas"] = {title(name): count for name, count in collection.quotas.items()}
    return describe(env, cameras, lidar=collection.lidar, **about)


def writer(out: str | Path, meta: DatasetMeta, part: int, *, resume: bool) -> DatasetWriter:
    """Of a part; begins the dataset unless it is to be resumed."""
    return DatasetWriter.resume(out, meta, part) if goes_on(out, resume=resume) else DatasetWriter.create(out, meta)


def goes_on(out: str | Path, *, resume: bool) -> bool:
    """A folder that is empty, or not there yet, is begun; with ``resume`` too."""
    return resume and Storage(out, read_only=True).exists()
