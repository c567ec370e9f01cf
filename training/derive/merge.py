"""``twin merge``: several datasets of one schema as one, their episodes numbered anew."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from training.complete_folder import complete_folder
from training.dataset import DatasetMeta, DatasetWriter
from training.dataset.reader import Dataset
from training.derive.copying import copy_episode
from training.derive.lineage import derived
from training.derive.sources import with_sources, without_sources
from twin.errors import DatasetError, InputError

SAME = ("stride", "splits", "split_by", "units")


def merge(
    datasets: Sequence[Dataset], out: Path, done: Callable[[int], None] = lambda _: None, *, compression: str = ""
) -> Dataset:
    """Write all episodes of all datasets, in the order given; ``done(frames)`` is called as it goes on.

    ``compression`` is by default that of the first one; they need not have the same.
    Raises ``DatasetError`` naming the first thing in which the datasets differ.
    """
    if len(datasets) < 2:
        raise InputError("merging takes two datasets at least")
    for other in datasets[1:]:
        check_alike(datasets[0], other)
    meta = derived(datasets, out.stem, "merge", {"datasets": [dataset.meta.name for dataset in datasets]}, compression)
    changes: dict[str, Any] = {"arrays": with_sources(meta.arrays)}
    if any(dataset.meta.seed != meta.seed for dataset in datasets):
        changes["seed"] = None
    if any(_environment(dataset.meta) != _environment(meta) for dataset in datasets):
        changes |= {"env_id": "", "env_arguments": {}}
    number = 0
    with complete_folder(out) as folder, DatasetWriter.create(folder, meta.model_copy(update=changes)) as writer:
        for parent, dataset in enumerate(datasets):
            for k in range(dataset.episodes):
                copy_episode(writer, dataset, k, number=number, parent=parent)
                number += 1
                done(int(dataset.index.lengths[k]))
    return Dataset(out)


def check_alike(first: Dataset, other: Dataset) -> None:
    """Raise ``DatasetError`` where frames of two datasets cannot stand in one."""
    for what, ours, theirs in _compared(first.meta, other.meta):
        for name in [*ours, *(name for name in theirs if name not in ours)]:
            if ours.get(name) != theirs.get(name):
                text = f"{what} '{name}' is {_shown(ours.get(name))} in {first.label}, {_shown(theirs.get(name))} there"
                raise DatasetError(f"{other.label} cannot be merged: its {text}")


def _compared(first: DatasetMeta, other: DatasetMeta) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    return [
        ("array", _arrays(first), _arrays(other)),
        ("camera", {c.name: c.model_dump() for c in first.cameras}, {c.name: c.model_dump() for c in other.cameras}),
        ("class", {c.name: c.id for c in first.taxonomy}, {c.name: c.id for c in other.taxonomy}),
        ("attribute", {n: getattr(first, n) for n in SAME}, {n: getattr(other, n) for n in SAME}),
    ]


def _arrays(meta: DatasetMeta) -> dict[str, Any]:
    return {
        spec.name: f"{spec.dtype} {spec.shape}{f' {spec.unit}' if spec.unit else ''}"
        for spec in without_sources(meta.arrays)
    }


def _shown(value: object) -> str:
    return "missing" if value is None else str(value)


def _environment(meta: DatasetMeta) -> tuple[object, ...]:
    return meta.env_id, meta.env_arguments
