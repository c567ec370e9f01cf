"""What is in a dataset, in figures."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from training.dataset import marks
from training.dataset.reader import Dataset
from training.dataset.schema import ArraySpec, EpisodeRecord


def summary(dataset: Dataset) -> dict[str, Any]:
    """Everything ``twin info --json`` prints; JSON types only."""
    meta, records = dataset.meta, list(dataset.records())
    arrays = _arrays(dataset)
    return {
        "name": meta.name,
        "created": meta.created,
        "generator": meta.generator,
        "licence": meta.licence,
        "description": meta.description,
        "environment": {"id": meta.env_id, "arguments": meta.env_arguments},
        "balance": meta.balance,
        "parents": list(meta.parents),
        "parts": len(dataset.parts),
        "episodes": dataset.episodes,
        "frames": dataset.frames,
        "digest": dataset.digest(),
        "bytes": sum(size for _, size in dataset.bytes_by_key()),
        "compression": meta.compression,
        "arrays": arrays,
        "cameras": [camera.model_dump() for camera in meta.cameras],
        "marked_frames": marks.counts(dataset),
        "classes": _classes(records),
        "splits": {split: sum(r.split == split for r in records) for split in meta.splits},
        "groups": len({r.group for r in records}),
        "outcomes": outcomes(records),
        **{name: _counts(records, name) for name in ("agent", "robot", "layout", "scenario", "engine", "renderer")},
    }


def outcomes(records: Iterable[EpisodeRecord]) -> dict[str, float | dict[str, int]]:
    """Of each outcome its mean over the episodes that have it; of texts how often each occurs."""
    found: dict[str, list[Any]] = defaultdict(list)
    for record in records:
        for name, value in record.outcome.items():
            found[name].append(value)
    return {
        name: dict(Counter(map(str, values))) if any(isinstance(v, str) for v in values) else sum(values) / len(values)
        for name, values in found.items()
    }


def _arrays(dataset: Dataset) -> dict[str, Any]:
    """Shape, dtype, unit, and bytes as stored and as read of each array."""
    stored = Counter[str]()
    for key, size in dataset.bytes_by_key():
        stored[key.partition("data/")[2].rpartition("/c/")[0]] += size
    return {
        spec.name: {
            "dtype": spec.dtype,
            "shape": [dataset.frames, *([None, *spec.shape[1:]] if spec.ragged else spec.shape)],
            "unit": spec.unit,
            "bytes": stored[spec.name],
            "bytes_raw": _bytes_raw(dataset, spec),
        }
        for spec in dataset.meta.arrays
    }


def _bytes_raw(dataset: Dataset, spec: ArraySpec) -> int:
    """As read: of a ragged array what each episode really uses of it."""
    if not spec.ragged:
        return dataset.frames * spec.row_bytes
    entries = sum(record.frames * record.widths.get(spec.name, 0) for record in dataset.records())
    return entries * (spec.row_bytes // spec.shape[0])


def _classes(records: Iterable[EpisodeRecord]) -> dict[str, int]:
    """Labelled objects by class, counted once per image they are visible in; most frequent first."""
    boxes = Counter[str]()
    for record in records:
        boxes.update(record.boxes)
    return dict(boxes.most_common())


def _counts(records: Iterable[EpisodeRecord], name: str) -> dict[str, int]:
    values = Counter(str(getattr(record, name)) for record in records)
    return {value: count for value, count in values.most_common() if value}
