"""``twin redact``: the same frames with people, or regions that are given, made unrecognisable.

Colours alone change: labels, depth and the scene stay what they are, and so does the dataset it is made of.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from training.complete_folder import complete_folder
from training.dataset import DatasetWriter, marks
from training.dataset.reader import Dataset
from training.dataset.schema import INSTANCE, RGB, AnyArray, CameraModel
from training.derive.copying import check_has, copy_episode
from training.derive.lineage import derived
from training.derive.redactions import USUAL, named
from training.derive.sources import with_sources
from twin.errors import DatasetError, InputError, one_of

PEOPLE = ("person",)
GROWN = 0.02
"""Of the image's longer side: by so much the mask of an object is widened, so that no outline is left."""
Regions = tuple[tuple[float, float, float, float], ...]
"""Left, top, right, bottom as shares of the image's width and height."""


@dataclass(frozen=True, slots=True)
class Redacting:
    """What shall not be recognised, and how."""

    classes: tuple[str, ...] = PEOPLE
    regions: Regions = ()
    """In every frame."""
    method: str = USUAL
    """One of ``redactions``."""

    def __post_init__(self) -> None:
        """Raise ``UnknownNameError`` and ``InputError`` for what cannot be done."""
        named(self.method)
        for region in self.regions:
            check_region(region)
        if not self.classes and not self.regions:
            raise InputError("nothing to redact: name --classes, --regions or both")


def parsed(text: str) -> tuple[float, float, float, float]:
    """A region as people type it, ``left,top,right,bottom``; raises ``InputError``."""
    try:
        left, top, right, bottom = (float(part) for part in text.split(","))
    except ValueError:
        raise _no_region(text) from None
    check_region((left, top, right, bottom))
    return left, top, right, bottom


def check_region(region: Sequence[float]) -> None:
    """Raise ``InputError`` for what is no rectangle within the image."""
    left, top, right, bottom = region
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise _no_region(",".join(f"{value:g}" for value in region))


def _no_region(text: str) -> InputError:
    return InputError(
        f"region {text}: should be left,top,right,bottom as shares of the image's width and height, "
        "such as 0.4,0.1,0.6,0.3"
    )


def rectangles(regions: Sequence[Sequence[float]], width: int, height: int) -> npt.NDArray[np.bool_]:
    """(height, width): every pixel that a region touches."""
    mask = np.zeros((height, width), bool)
    for left, top, right, bottom in regions:
        rows = slice(int(np.floor(top * height)), int(np.ceil(bottom * height)))
        mask[rows, int(np.floor(left * width)) : int(np.ceil(right * width))] = True
    return mask


def grown(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Widened by ``GROWN`` all around."""
    size = 2 * max(1, round(GROWN * max(mask.shape))) + 1
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    wider: npt.NDArray[np.bool_] = cv2.dilate(mask.astype(np.uint8), disk) > 0
    return wider


def redact(
    dataset: Dataset,
    out: Path,
    asked: Redacting,
    done: Callable[[int], None] = lambda _: None,
    *,
    compression: str = "",
) -> Dataset:
    """Write ``dataset`` with its colour images redacted; ``done(frames)`` is called as it goes on.

    Frames in which something was found are marked ``redacted``. Raises ``DatasetError`` for a dataset without images,
    ``UnknownNameError`` for a class that its taxonomy lacks.
    """
    if not dataset.cameras:
        raise DatasetError(f"{dataset.label} has no cameras, so there is nothing to redact")
    check_has(dataset, RGB, *([INSTANCE] if asked.classes else []))
    known = [entry.name for entry in dataset.meta.taxonomy]
    for name in asked.classes:
        one_of("class", name, known, dataset.label)
    arguments = {"classes": list(asked.classes), "regions": [list(r) for r in asked.regions], "method": asked.method}
    meta = derived([dataset], out.stem, "redact", arguments, compression)
    others = tuple(spec for spec in meta.arrays if spec.name not in marks.NAMES)
    meta = meta.model_copy(update={"arrays": with_sources((*others, *marks.SPECS))})

    def change(k: int, _frame: int, values: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
        ids = _ids(dataset, k, asked.classes)
        changed = {camera.array(RGB): _redacted(values, camera, ids, asked) for camera in dataset.cameras.values()}
        found = {name: rgb for name, rgb in changed.items() if rgb is not None}
        there = marks.of(values)
        touched = bool(found) or there[marks.REDACTED]
        return found | marks.row(contains_real_pixels=there[marks.CONTAINS_REAL_PIXELS], redacted=touched)

    with complete_folder(out) as folder, DatasetWriter.create(folder, meta) as writer:
        for k in range(dataset.episodes):
            copy_episode(writer, dataset, k, change=change)
            done(int(dataset.index.lengths[k]))
    return Dataset(out)


def _ids(dataset: Dataset, k: int, classes: Sequence[str]) -> list[int]:
    """Instances of these classes in the k-th episode."""
    if not classes:
        return []
    if not dataset.record(k).scene:
        number = dataset.record(k).episode
        raise DatasetError(
            f"{dataset.label}: episode {number} has no scene, so nobody knows where its {' and '.join(classes)} are"
        )
    return [instance.id for instance in dataset.scene(k).instances if instance.class_name in classes]


def _redacted(
    values: Mapping[str, AnyArray], camera: CameraModel, ids: Sequence[int], asked: Redacting
) -> AnyArray | None:
    """The image, or None where nothing of it is to be changed."""
    region = rectangles(asked.regions, camera.width, camera.height)
    shown = np.isin(values[camera.array(INSTANCE)], ids) if ids else np.zeros_like(region)
    if shown.any():
        region |= grown(shown)
    return named(asked.method)(values[camera.array(RGB)], region) if region.any() else None
