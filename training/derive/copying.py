"""Writes the episodes of one dataset into another, some of their arrays changed on the way."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from training.dataset import DatasetWriter
from training.dataset.reader import Dataset
from training.dataset.schema import AnyArray
from training.derive.sources import source
from twin.errors import DatasetError
from twin.scene import Scene

BLOCK_BYTES = 32 * 1024 * 1024
LONGEST_BLOCK = 64

Change: TypeAlias = Callable[[int, int, Mapping[str, AnyArray]], Mapping[str, AnyArray]]
"""(episode's position, frame in it, its values) -> the values that differ in the new dataset."""


def unchanged(_episode: int, _frame: int, _values: Mapping[str, AnyArray]) -> Mapping[str, AnyArray]:
    """A plain copy."""
    return {}


def copy_episode(  # noqa: PLR0913 - what may differ from a plain copy
    writer: DatasetWriter,
    dataset: Dataset,
    k: int,
    *,
    number: int | None = None,
    parent: int = 0,
    change: Change = unchanged,
    made: Collection[str] = (),
    about: Mapping[str, Any] | None = None,
    scene: Scene | None = None,
) -> None:
    """Write the k-th episode, as ``number`` if it shall have another one; ``parent``: which one ``dataset`` is.

    ``made``: arrays that ``change`` makes without a look at the old ones, which are not read. ``about``: fields of the
    episode's record that are no longer what they were. ``scene``: in place of the old one.
    """
    record = dataset.record(k)
    names = {spec.name for spec in writer.meta.arrays}.difference(made)
    kept = [name for name in dataset.arrays if name in names]
    copy = record.model_copy(update={"episode": record.episode if number is None else number, **(about or {})})
    scene = scene or (dataset.scene(k) if record.scene else None)
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


def check_has(dataset: Dataset, *kinds: str) -> None:
    """Raise ``DatasetError`` where a camera lacks one of these arrays, such as ``rgb``."""
    for camera in dataset.cameras.values():
        for name in map(camera.array, kinds):
            if name not in dataset.arrays:
                raise DatasetError(f"{dataset.label} has no {name}, and that is what it takes")
