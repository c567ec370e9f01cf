"""Boxes of labelled objects, as COCO's and YOLO's files beside images say them."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Annotated, NamedTuple, TypeAlias, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from training.pictures._kinds import Objects
from twin.errors import InputError, UnsafeFileError
from twin.taxonomy import CLASSES
from twin.yaml_files import load_foreign_yaml

MOST_BYTES = 200_000_000
MOST_LABEL_BYTES = 5_000_000
BUILDING = {c.name for c in CLASSES if c.supercategory == "building"}

Model = TypeVar("Model", bound=BaseModel)

Labelled: TypeAlias = Callable[[Path], Objects | None]
"""Path of an image -> what it shows; None where nobody says."""


def labels_beside(folder: Path) -> Labelled:
    """COCO's, where ``annotations/instances_*.json`` is there or another such file; else YOLO's; else none.

    Raises ``InputError`` for files that cannot be read, ``UnsafeFileError`` for those too large.
    """
    documents = sorted((folder / "annotations").glob("instances_*.json"))
    if documents:
        by_name: dict[str, list[_Named]] = defaultdict(list)
        for path in documents:
            for entry in _coco(path):
                by_name[entry.parts[-1]].append(entry)
        return partial(_of_image, folder, by_name)
    names = folder / "data.yaml"
    if names.is_file() and (folder / "labels").is_dir():
        return partial(_yolo, folder, _yolo_names(names))
    return lambda _: None


def _checked(path: Path, kind: type[Model], document: object) -> Model:
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _objects(found: Iterable[tuple[str, tuple[float, float, float, float]]]) -> Objects:
    kept = [(name, box) for name, box in found if name not in BUILDING]
    boxes = np.array([box for _, box in kept], np.float64).reshape(-1, 4)
    return Objects(tuple(name for name, _ in kept), np.clip(boxes, 0.0, 1.0))


# -- COCO --------------------------------------------------------------------------------------------------------------


class _Document(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)


Length: TypeAlias = Annotated[int, Field(gt=0, le=1_000_000)]


class _CocoImage(_Document):
    id: int
    file_name: Annotated[str, Field(min_length=1)]
    width: Length
    height: Length


class _CocoBox(_Document):
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]


class _CocoClass(_Document):
    id: int
    name: str


class _Coco(_Document):
    images: list[_CocoImage]
    annotations: list[_CocoBox]
    categories: list[_CocoClass]


class _Named(NamedTuple):
    """What a document says of an image, which it names in its own way."""

    parts: tuple[str, ...]
    """Of the image's path: what the document is of (``instances_train.json``: ``train``), and the file's name there."""
    objects: Objects


def _coco(path: Path) -> Iterator[_Named]:
    if path.stat().st_size > MOST_BYTES:
        raise UnsafeFileError(f"{path}: at most {MOST_BYTES // 1_000_000} MB are read of it")
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not JSON: {error}") from None
    read = _checked(path, _Coco, document)
    names = {entry.id: entry.name for entry in read.categories}
    boxes: dict[int, list[_CocoBox]] = {image.id: [] for image in read.images}
    for box in read.annotations:
        if box.image_id not in boxes or box.category_id not in names:
            raise InputError(f"{path}: an annotation names an image or a category that the file does not have")
        boxes[box.image_id].append(box)
    part = path.stem.removeprefix("instances_")
    for image in read.images:
        found = ((names[box.category_id], _shares(box.bbox, image.width, image.height)) for box in boxes[image.id])
        yield _Named((part, *PurePosixPath(image.file_name.replace("\\", "/")).parts), _objects(found))


def _of_image(folder: Path, by_name: Mapping[str, Sequence[_Named]], image: Path) -> Objects | None:
    """Of those with the image's name, the one whose folders are the image's for the longest way up.

    So ``a/1.jpg`` and ``b/1.jpg`` are told apart, in whichever folder the document counts from, and the ``1.jpg`` of
    ``instances_train.json`` from that of ``instances_val.json``.
    """
    there = by_name.get(image.name, ())
    below = image.relative_to(folder).parts
    shared = [_shared(entry.parts, below) for entry in there]
    best = [entry for entry, count in zip(there, shared, strict=True) if count == max(shared)]
    if any(not _same(best[0].objects, other.objects) for other in best[1:]):
        raise InputError(
            f"{folder}: {'/'.join(below)}: {len(best)} images of this name have labels of their own, and nothing tells "
            "which one it is; let the labels name images with their folders"
        )
    return best[0].objects if best else None


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many parts at the end are the same.

    >>> _shared(("train", "a", "1.jpg"), ("images", "a", "1.jpg"))
    2
    """
    pairs = zip(reversed(one), reversed(other), strict=False)
    return next((count for count, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _same(one: Objects, other: Objects) -> bool:
    return one.classes == other.classes and np.array_equal(one.boxes, other.boxes)


def _shares(box: tuple[float, float, float, float], width: int, height: int) -> tuple[float, float, float, float]:
    """Left, top, width and height in pixels as corners."""
    x, y, w, h = box
    return x / width, y / height, (x + w) / width, (y + h) / height


# -- YOLO --------------------------------------------------------------------------------------------------------------


class _YoloData(BaseModel):
    names: dict[int, str] | list[str]


def _yolo_names(path: Path) -> dict[int, str]:
    names = _checked(path, _YoloData, load_foreign_yaml(path)).names
    return names if isinstance(names, dict) else dict(enumerate(names))


def _yolo(folder: Path, names: dict[int, str], image: Path) -> Objects:
    """A line is a class and a box (centre, width, height), or a class and an outline; no file, no objects."""
    below = image.relative_to(folder).with_suffix(".txt").parts
    path = folder.joinpath("labels", *(below[1:] if below[0] == "images" else below))
    if not path.is_file():
        return _objects(())
    if path.stat().st_size > MOST_LABEL_BYTES:
        raise UnsafeFileError(f"{path}: at most {MOST_LABEL_BYTES // 1_000_000} MB are read of it")
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        if line.strip():
            try:
                kind, *values = line.split()
                found.append((names[int(kind)], _outline([float(v) for v in values])))
            except (ValueError, KeyError, OverflowError):
                raise InputError(f"{path}:{number}: should be a class of data.yaml and its box or outline") from None
    return _objects(found)


def _outline(values: list[float]) -> tuple[float, float, float, float]:
    """Corners of the box around; raises ``ValueError``."""
    if not np.isfinite(values).all():
        raise ValueError(values)
    if len(values) == 4:
        x, y, w, h = values
        return x - w / 2, y - h / 2, x + w / 2, y + h / 2
    if len(values) < 6 or len(values) % 2:
        raise ValueError(values)
    return min(values[::2]), min(values[1::2]), max(values[::2]), max(values[1::2])
