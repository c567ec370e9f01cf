"""Random episodes of a small schema, to write and to compare."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from training.dataset import ArraySpec, DatasetWriter, EpisodeRecord

Rows = list[dict[str, Any]]

ARRAYS = (
    ArraySpec(name="actions", dtype="float32", shape=(2,)),
    ArraySpec(name="reward", dtype="float64", chunk=4, shard=8),
    ArraySpec(name="terminated", dtype="bool"),
    ArraySpec(name="observations/lidar", dtype="float32", shape=(5,), chunk=2, shard=8),
    ArraySpec(name="poses", dtype="float64", shape=(3, 7), ragged=True, chunk=2, shard=4),
    ArraySpec(name="image", dtype="uint16", shape=(4, 6), chunk=1, shard=3),
)


def random_rows(rng: np.random.Generator, frames: int, bodies: int = 2) -> Rows:
    return [
        {
            "actions": rng.normal(size=2).astype(np.float32),
            "reward": rng.normal(),
            "terminated": bool(rng.integers(2)),
            "observations/lidar": rng.random(5, dtype=np.float32),
            "poses": rng.normal(size=(bodies, 7)),
            "image": rng.integers(0, 2**16, (4, 6), dtype=np.uint16),
        }
        for _ in range(frames)
    ]


def write(writer: DatasetWriter, episodes: Sequence[Rows], first: int = 0) -> None:
    for number, rows in enumerate(episodes, start=first):
        with writer.episode(EpisodeRecord(episode=number, seed=number, group=f"g{number % 3}")) as episode:
            for row in rows:
                episode.append(row)


def assert_holds(dataset: Any, k: int, rows: Rows) -> None:
    episode = dataset.episode(k)
    assert episode.frames == len(rows)
    for name in episode:
        np.testing.assert_array_equal(episode[name], np.stack([np.asarray(row[name]) for row in rows]))
