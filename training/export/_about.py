"""What every export says of its dataset: ``dataset.json``, and the figures on its card."""

from collections import Counter
from typing import Any

import numpy as np

from training.dataset import marks
from training.dataset.schema import INSTANCE, INTRINSICS
from training.export._selection import Piece, Selection
from training.export._workers import over_pieces


def about(selection: Selection) -> dict[str, Any]:
    """Name, licence, units, cameras, lineage, classes and splits; JSON types only."""
    meta = selection.dataset.meta
    return {
        "name": meta.name,
        "description": meta.description or f"{meta.name}: synthetic data of a simulated factory",
        "licence": meta.licence,
        "created": meta.created,
        "generator": meta.generator,
        "environment": {"id": meta.env_id, "arguments": meta.env_arguments},
        "units": meta.units,
        "marked_frames": _marked(selection),
        "lineage": {"digest": selection.dataset.digest(), "parents": _plain(meta.parents)},
        "selection": {
            "cameras": [camera.name for camera in selection.cameras],
            "classes": [entry.name for entry in selection.classes],
            "splits": list(selection.splits),
            "min_pixels": selection.min_pixels,
        },
        "cameras": _cameras(selection),
        "classes": [entry.model_dump() for entry in selection.classes],
        "split_by": meta.split_by,
        "splits": _splits(selection),
    }


def _marked(selection: Selection) -> dict[str, int]:
    """How many of the frames are marked, by mark."""
    found = dict.fromkeys(marks.NAMES, 0)
    for split in selection.splits:
        for _, rows in selection.episodes(split):
            for name in found.keys() & set(rows):
                found[name] += int(rows[name].sum())
    return found


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


def objects(selection: Selection) -> dict[str, int]:
    """Labelled objects by class, counted once for each image exported that shows them, most frequent first."""
    found = Counter[str]()
    if len(selection.cameras) == len(selection.dataset.cameras) and selection.min_pixels == 1:
        for split in selection.splits:
            for _, rows in selection.episodes(split):
                found.update({name: n for name, n in rows.record.boxes.items() if name in selection.category})
    else:  # records count what is seen at all, by all cameras
        for _, counts in over_pieces(_seen, selection, lambda _: None):
            found.update(counts)
    return dict(found.most_common())


def _seen(selection: Selection, piece: Piece) -> Counter[str]:
    found = Counter[str]()
    if not selection.dataset.record(piece.episode).scene:
        return found
    names = {instance.id: instance.class_name for instance in selection.dataset.scene(piece.episode).instances}
    for image in selection.images_of(piece):
        ids, pixels = np.unique(image[INSTANCE], return_counts=True)
        found.update(names.get(i, "") for i in ids[pixels >= selection.min_pixels].tolist())
    return Counter({name: n for name, n in found.items() if name in selection.category})
