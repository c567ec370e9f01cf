"""The page itself."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from training.dataset import Dataset
from training.dataset.episode_stream import TIME
from training.dataset.info import summary
from training.derive import lineage
from training.endings import ENDINGS
from training.overview import ways
from training.overview.histograms import histograms
from training.overview.objects import labelled, sample
from training.report import page
from training.report.figures import png
from training.report.frames import LabelledFrame, labelled_frames
from twin.yaml_files import write_atomically

Facts = dict[str, Any]

FRAMES = 6
"""Shown of all cameras together."""


def write(dataset: Dataset, path: Path) -> None:
    """Write the page; complete or not at all."""
    found = summary(dataset)
    objects = sample(dataset) if labelled(dataset) else None
    factories = ways.factories(dataset)
    facts = {
        "info": found,
        "seconds": _seconds(dataset),
        "splits": _splits(dataset),
        "endings": _endings(dataset),
        "means": {name: value for name, value in found["outcomes"].items() if not isinstance(value, dict)},
        "texts": {name: value for name, value in found["outcomes"].items() if isinstance(value, dict)},
        "objects": objects,
        "histograms": png(histograms(objects)) if objects is not None and len(objects.sides) else None,
        "factories": len(factories),
        "ways": png(ways.draw(factories)) if factories else None,
        "colors": {name: end.color for name, end in ENDINGS.items()},
        "words": {name: end.words for name, end in ENDINGS.items()},
        "shown": _frames(dataset) if labelled(dataset) else {},
        "lineage": _lineage(lineage.as_json(dataset)),
        "storage": _storage(found),
        "written": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }
    write_atomically(path, page.render("overview.html.j2", facts))


def _seconds(dataset: Dataset) -> float | None:
    """Simulated time of all episodes."""
    if TIME not in {spec.name for spec in dataset.meta.arrays}:
        return None
    total = 0.0
    for k, record in enumerate(dataset.records()):
        if record.frames:
            first, last = (dataset.rows(k, i, i + 1)[TIME][0] for i in (0, record.frames - 1))
            total += float(last - first)
    return total


def _splits(dataset: Dataset) -> list[Facts]:
    rows = []
    for split in dataset.meta.splits:
        records = [record for record in dataset.records() if record.split == split]
        frames = sum(record.frames for record in records)
        rows.append(
            {
                "name": split,
                "groups": len({record.group for record in records}),
                "layouts": Counter(record.layout for record in records if record.layout),
                "episodes": len(records),
                "frames": frames,
                "share": frames / dataset.frames if dataset.frames else 0.0,
            }
        )
    return rows


def _endings(dataset: Dataset) -> dict[str, int]:
    """How many episodes ended how."""
    found = Counter(ways.ended(record) for record in dataset.records())
    return {name: found[name] for name in ENDINGS if found[name]}


def _frames(dataset: Dataset) -> dict[str, list[LabelledFrame]]:
    """Some of each camera."""
    each = max(1, FRAMES // len(dataset.cameras))
    return {camera: labelled_frames(dataset, camera, each) for camera in list(dataset.cameras)[:FRAMES]}


def _lineage(node: Facts) -> Facts:
    """The tree with the operation in words."""
    operation = node["operation"]
    words = "recorded"
    if operation:
        words = " ".join([operation["name"], *(f"{name}={value}" for name, value in operation["arguments"].items())])
    return {**node, "operation": words, "ancestry": [_lineage(parent) for parent in node["ancestry"]]}


def _storage(found: Facts) -> list[Facts]:
    """Arrays, the largest first."""
    largest = max((array["bytes"] for array in found["arrays"].values()), default=0)
    rows = [
        {
            "name": name,
            **array,
            "row": " x ".join("*" if n is None else str(n) for n in array["shape"][1:]) or "1",
            "ratio": array["bytes_raw"] / array["bytes"] if array["bytes"] else np.nan,
            "bar": 100 * array["bytes"] / largest if largest else 0.0,
        }
        for name, array in found["arrays"].items()
    ]
    return sorted(rows, key=lambda row: -row["bytes"])
