"""What every export says of its dataset: ``dataset.json``, and the figures on its card."""

from collections import Counter
from typing import Any

from training.dataset.schema import INTRINSICS
from training.export._selection import Selection


def about(selection: Selection) -> dict[str, Any]:
    """Name, licence, units, cameras, lineage, classes and counts; JSON types only."""
    meta = selection.dataset.meta
    return {
        "name": meta.name,
        "description": meta.description or f"{meta.name}: synthetic data of a simulated factory",
        "licence": meta.licence,
        "created": meta.created,
        "generator": meta.generator,
        "environment": {"id": meta.env_id, "arguments": meta.env_arguments},
        "units": meta.units,
        "lineage": {"digest": selection.dataset.digest(), "parents": _plain(meta.parents)},
        "selection": {
            "cameras": [camera.name for camera in selection.cameras],
            "classes": [entry.name for entry in selection.classes],
            "splits": list(selection.splits),
        },
        "cameras": _cameras(selection),
        "classes": [entry.model_dump() for entry in selection.classes],
        "splits": _splits(selection),
        "objects": _objects(selection),
    }


def _plain(parents: Any) -> list[Any]:
    return [parent.model_dump(mode="json") if hasattr(parent, "model_dump") else parent for parent in parents]


def _cameras(selection: Selection) -> list[dict[str, Any]]:
    """Their models, and K as it was in the first frame."""
    first = next(selection.pieces(frames=1))
    rows = selection.dataset.rows(first.episode, first.start, first.stop)
    return [
        {**camera.model_dump(mode="json"), "K": rows[camera.array(INTRINSICS)][0].tolist()}
        for camera in selection.cameras
    ]


def _splits(selection: Selection) -> dict[str, dict[str, int]]:
    counts = {}
    for split in selection.splits:
        records = [rows.record for _, rows in selection.episodes(split)]
        frames = sum(record.frames for record in records)
        counts[split] = {
            "groups": len({record.group for record in records}),
            "episodes": len(records),
            "frames": frames,
            "images": frames * len(selection.cameras),
        }
    return counts


def _objects(selection: Selection) -> dict[str, int]:
    """Labelled objects by class in the images of all recorded cameras, most frequent first."""
    found = Counter[str]()
    for split in selection.splits:
        for _, rows in selection.episodes(split):
            found.update({name: n for name, n in rows.record.boxes.items() if name in selection.category})
    return dict(found.most_common())
