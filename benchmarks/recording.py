"""How much of the speed of collecting, and of the disk, the recorder takes. ``benchmarks/dataset.py`` prints it."""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

import gymnasium
import numpy as np

from envs import agents
from training.dataset import Dataset, DatasetMeta, DatasetWriter, EpisodeRecord, codec
from training.dataset.recorder import RecordDataset, describe, robot_cameras
from training.dataset.schema import POSES

LONGEST = 100
"""Frames of an episode that are written again."""
Rates: TypeAlias = tuple[float, float]
"""With the recorder, and without: per second of the clock."""


def collection(folder: Path, turns: int, episodes: int) -> Rates:
    """Steps of the expert at 128x128 RGB, depth and ids: recorded, and only drawn. The closing of files counts."""
    env = gymnasium.make(
        "FactoryTwin/RouteNav-v0", layout="small_warehouse", camera_size=(128, 128), disable_env_checker=True
    )
    cameras = robot_cameras(env)
    expert = agents.create("expert", env.unwrapped)  # type: ignore[arg-type]
    world: Any = env.unwrapped

    def drive(chosen: Any, *, drawn: bool) -> Iterator[int]:
        for seed in range(episodes):
            observation, _ = chosen.reset(seed=seed)
            expert.reset(seed)
            ended = cut = False
            while not (ended or cut):
                if drawn:
                    _ = [world.world.render(name) for name in cameras]
                observation, _, ended, cut, _ = chosen.step(expert.act(observation))
                yield 1

    def recorded(turn: int) -> int:
        with DatasetWriter.create(folder / f"collected{turn}.zarr", describe(env, cameras, name="c")) as writer:
            return sum(drive(RecordDataset(env, writer, cameras), drawn=False))

    drawn = partial(drive, env, drawn=True)
    sum(drawn())  # compile and warm up
    # In turns, so that what changes in the machine changes for both.
    rates = [(_rate(partial(recorded, turn)), _rate(lambda: sum(drawn()))) for turn in range(turns)]
    env.close()
    return _medians(rates)


def writing(source: Path, folder: Path, turns: int) -> Rates:
    """Frames of a dataset: through the recorder, and only compressed and written, chunk after chunk."""
    dataset = Dataset(source)
    rows = [dataset.rows(k, 0, min(LONGEST, dataset.episode(k).frames)) for k in range(dataset.episodes)]
    episodes = [{name: values[name] for name in values} for values in rows]
    bodies = min(arrays[POSES].shape[1] for arrays in episodes)
    episodes = [{**arrays, POSES: arrays[POSES][:, :bodies]} for arrays in episodes]
    joined = {name: np.concatenate([arrays[name] for arrays in episodes]) for name in episodes[0]}
    frames = len(joined["time"])

    def ours(turn: int) -> int:
        with DatasetWriter.create(folder / f"again_{source.stem}{turn}.zarr", dataset.meta) as writer:
            for number, arrays in enumerate(episodes):
                with writer.episode(EpisodeRecord(episode=number, group="g")) as episode:
                    for t in range(len(arrays["time"])):
                        episode.append({name: values[t] for name, values in arrays.items()})
        return frames

    def straight(turn: int) -> int:
        into = folder / f"straight_{source.stem}{turn}"
        into.mkdir()
        _write_chunks(into, dataset.meta, joined)
        return frames

    return _medians([(_rate(partial(ours, turn)), _rate(partial(straight, turn))) for turn in range(turns)])


def _write_chunks(into: Path, meta: DatasetMeta, arrays: Mapping[str, Any]) -> None:
    for spec in meta.arrays:
        values = arrays[spec.name]
        for start in range(0, len(values), spec.shard):
            shard = values[start : start + spec.shard]
            whole = len(shard) // spec.chunk * spec.chunk
            chunks = codec.encode_chunks(shard[:whole], spec.chunk) if whole else []
            chunks += [codec.encode_chunk(shard[whole:])] if len(shard) > whole else []
            (into / f"{spec.name.replace('/', '.')}.{start}").write_bytes(b"".join(chunks))


def _rate(work: Callable[[], int]) -> float:
    began = time.perf_counter()
    return float(work()) / (time.perf_counter() - began)


def _medians(rates: list[Rates]) -> Rates:
    return median(r[0] for r in rates), median(r[1] for r in rates)
