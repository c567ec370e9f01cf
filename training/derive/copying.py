"""Writes the episodes of one dataset into another, some of their arrays changed on the way."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from training.dataset import DatasetWriter
from training.dataset.reader import Dataset
from training.dataset.schema import AnyArray
from training.derive.sources import source

BLOCK_BYTES = 32 * 1024 * 1024
LONGEST_BLOCK = 64

Change: TypeAlias = Callable[[int, int, Mapping[str, AnyArray]], Mapping[str, AnyArray]]
"""(episode's position, frame in it, its values) -> the values that differ in the new dataset."""


def unchanged(_episode: int, _frame: int, _values: Mapping[str, AnyArray]) -> Mapping[str, AnyArray]:
    """A plain copy."""
    return {}


def copy_episode(
    writer: DatasetWriter,
    dataset: Dataset,
    k: int,
    *,
    number: int | None = None,
    parent: int = 0,
    change: Change = unchanged,
    renderer: str | None = None,
) -> None:
    """Write the k-th episode, as ``number`` if it shall have another one; ``parent``: which one ``dataset`` is."""
    record = dataset.record(k)
    names = {spec.name for spec in writer.meta.arrays}
    kept = [name for name in dataset.arrays if name in names]
    update = {"episode": record.episode if number is None else number}
    copy = record.model_copy(update=update | ({} if renderer is None else {"renderer": renderer}))
    scene = dataset.scene(k) if record.scene else None
    start = int(dataset.ends[k] - dataset.index.lengths[k])
    with writer.episode(copy, scene) as episode:
        for first in range(0, record.frames, step := block(dataset)):
            last = min(record.frames, first + step)
            read = dataset.batch(range(start + first, start + last), kept)
            for t in range(first, last):
                values = {name: array[t - first] for name, array in read.items()}
                values |= change(k, t, values)
                episode.append(values | source(parent, record.episode, t))


def block(dataset: Dataset) -> int:
    """Frames to have in memory at a time."""
    frame = sum(spec.row_bytes for spec in dataset.meta.arrays)
    return max(1, min(LONGEST_BLOCK, BLOCK_BYTES // max(1, frame)))
