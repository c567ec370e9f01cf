"""The CSV tables beside an export: its episodes, and its images where they are files."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from training.dataset import marks
from training.dataset.schema import EXTRINSICS, INTRINSICS
from training.export._selection import Image, Selection


@dataclass(frozen=True, slots=True)
class Column:
    """One column; the Croissant file says the same of it."""

    name: str
    kind: Literal["text", "integer", "float", "boolean"]
    description: str


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file with a header."""

    file: str
    description: str
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """Its file's name without the ending."""
        return Path(self.file).stem

    def write(self, folder: Path, rows: Iterable[Iterable[Any]]) -> None:
        """All rows, in the order of the columns."""
        with (folder / self.file).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column.name for column in self.columns])
            writer.writerows(rows)


MARKS = tuple(Column(spec.name, "boolean", spec.description) for spec in marks.SPECS)

EPISODES = Table(
    "episodes.csv",
    "One row an episode.",
    (
        Column("episode", "integer", "its number in the dataset"),
        Column("split", "text", "decided by its group"),
        Column("group", "text", "what never stands on both sides of a split"),
        Column("layout", "text", "factory"),
        Column("scenario", "text", "what was varied"),
        Column("robot", "text", "robot that drove"),
        Column("agent", "text", "what drove it"),
        Column("instruction", "text", "what it was asked to do"),
        Column("frames", "integer", "how many"),
        Column("digest", "text", "SHA-256 of arrays and record"),
        *(replace(column, description=f"of any of its frames: {column.description}") for column in MARKS),
        Column("outcome", "text", "how it ended, JSON"),
    ),
)

IMAGES = Table(
    "images.csv",
    "One row an image: where it is, what it shows, and the camera's calibration.",
    (
        Column("file", "text", "path below this folder"),
        Column("split", "text", "decided by the group of its episode"),
        Column("camera", "text", "name of the camera; dataset.json has its lens model and distortion"),
        Column("episode", "integer", "number of its episode"),
        Column("frame", "integer", "frame of its episode"),
        *(Column(name, "float", "px, the first pixel's centre is (0, 0)") for name in ("fx", "fy", "cx", "cy")),
        *(Column(name, "float", "m, camera in the world") for name in ("x", "y", "z")),
        *(Column(name, "float", "OpenCV camera frame in the world") for name in ("qw", "qx", "qy", "qz")),
        *MARKS,
    ),
)


def write_episodes(selection: Selection, folder: Path) -> None:
    """``episodes.csv``."""
    EPISODES.write(folder, _episodes(selection))


def _episodes(selection: Selection) -> Iterator[list[Any]]:
    for split in selection.splits:
        for _, rows in selection.episodes(split):
            record = rows.record.model_dump() | marks.any_of(rows)
            yield [record[c.name] for c in EPISODES.columns[:-1]] + [json.dumps(record["outcome"], sort_keys=True)]


def image_row(image: Image, file: str) -> list[Any]:
    """A row of ``images.csv``."""
    record, k = image.record, image[INTRINSICS]
    where = [file, record.split, image.camera.name, record.episode, image.step]
    return [
        *where,
        *map(float, (k[0, 0], k[1, 1], k[0, 2], k[1, 2])),
        *image[EXTRINSICS].tolist(),
        *image.marks.values(),
    ]


def write_images(folder: Path, rows: Iterable[list[Any]]) -> None:
    """``images.csv``, from rows made by ``image_row``."""
    IMAGES.write(folder, rows)
