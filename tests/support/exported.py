"""Runs exports as the command line does, and finds the dataset's frames for the exported images again."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training.commands import export as command
from training.dataset import Dataset
from training.dataset.schema import CameraModel


def export(dataset: Path, out: Path, format_name: str, **flags: Any) -> Path:
    """``twin export``, with one worker unless told; the folder it wrote."""
    assert command.run(command.Args(str(dataset), out, format=format_name, **{"workers": 1, **flags})) == 0
    return out


def images(out: Path, dataset: Dataset) -> Iterator[tuple[dict[str, str], Mapping[str, Any], CameraModel, int]]:
    """Each row of ``images.csv`` with the recorded frame, the camera and the frame's position in the dataset."""
    first = dict(zip(dataset.numbers.tolist(), [0, *dataset.ends.tolist()], strict=False))
    with (out / "images.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            position = first[int(row["episode"])] + int(row["frame"])
            yield row, dataset[position], dataset.cameras[row["camera"]], position
