"""YOLO's folders, for detection and for segmentation: they differ in what a line of a label file says.

Coordinates are shares of the image's width and height from its top left corner. Everything lies within 0 and 1:
a loader drops an image, silently, whose labels do not.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from training.dataset.schema import RGB
from training.export import Done
from training.export._about import about
from training.export._objects import Shown, shown
from training.export._pictures import write_rgb
from training.export._selection import Image, Piece, Selection
from training.export._tables import image_row, write_images
from training.export._workers import over_pieces
from training.export._yaml import plain_yaml

Shapes = Callable[[Shown, Image], Iterator[str]]
"""What a label line says behind its class, for each line that an object gets."""

DIGITS = 6
KEYS = ("train", "val")
"""Splits that ``data.yaml`` always names."""


def write(shapes: Shapes, selection: Selection, folder: Path, done: Done) -> None:
    """``images/<split>/``, ``labels/<split>/`` and ``data.yaml``."""
    selection.check_cameras()
    work = over_pieces(partial(_write_piece, shapes, folder), selection, done)
    write_images(folder, (row for _, rows in work for row in rows))
    for split in KEYS:  # loaders want both keys, and folders where they lead
        for name in ("images", "labels"):
            (folder / name / split).mkdir(parents=True, exist_ok=True)
    (folder / "data.yaml").write_text(_data(selection), encoding="utf-8")


def _write_piece(shapes: Shapes, folder: Path, selection: Selection, piece: Piece) -> list[list[Any]]:
    return [_write_image(shapes, folder, selection, image) for image in selection.images_of(piece)]


def _write_image(shapes: Shapes, folder: Path, selection: Selection, image: Image) -> list[Any]:
    name = f"{image.record.split}/{image.stem}"
    picture = f"images/{name}.{selection.image_format}"
    write_rgb(folder / picture, image[RGB])
    number = {entry.id: k for k, entry in enumerate(selection.classes)}
    lines = [f"{number[item.category]} {shape}\n" for item in shown(selection, image) for shape in shapes(item, image)]
    labels = folder / f"labels/{name}.txt"
    labels.parent.mkdir(parents=True, exist_ok=True)
    labels.write_text("".join(lines), encoding="utf-8")
    return image_row(image, picture)


def share(value: float, whole: int) -> str:
    """A coordinate as a share of the image, within 0 and 1."""
    return f"{min(max(value / whole, 0.0), 1.0):.{DIGITS}f}"


def _data(selection: Selection) -> str:
    """``data.yaml``. It says no ``path``, which means its own folder."""
    facts, there = about(selection), selection.splits_there()
    document = {
        **{split: f"images/{split}" for split in dict.fromkeys([*KEYS, *there])},
        "names": {k: entry.name for k, entry in enumerate(selection.classes)},
        "nc": len(selection.classes),
        **{key: facts[key] for key in ("licence", "lineage", "units", "cameras", "marked_frames")},
    }
    return "".join(f"# The split {split} has no images.\n" for split in KEYS if split not in there) + plain_yaml(
        document
    )
