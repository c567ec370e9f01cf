"""The standard scores: intersection over union of pixels, and COCO's average precision of boxes."""

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from training.perception.centers import Detections
from training.perception.objects import Objects

Counts = npt.NDArray[np.int64]


def confusion(truth: npt.NDArray[np.integer], said: npt.NDArray[np.integer], classes: int) -> Counts:
    """Pixels by true class (rows) and said class (columns), shape (classes, classes)."""
    together = truth.astype(np.int64).ravel() * classes + said.ravel()
    return np.bincount(together, minlength=classes**2).reshape(classes, classes)


def intersection_over_union(pixels: Counts) -> list[float | None]:
    """Of each class over all pixels counted; None for a class that is neither there nor said."""
    both = np.diagonal(pixels)
    either = pixels.sum(axis=0) + pixels.sum(axis=1) - both
    return [float(b / e) if e else None for b, e in zip(both, either, strict=True)]


@dataclass(frozen=True)
class Precision:
    """COCO's average precision of boxes; None where there was no object of the class."""

    ap: float | None
    """Mean over classes and overlaps of 0.5 to 0.95."""
    ap50: float | None
    """Mean over classes, at an overlap of 0.5."""
    classes: list[float | None] = field(default_factory=list)
    """``ap`` of each class."""
    classes50: list[float | None] = field(default_factory=list)


def precision(
    truth: Sequence[Objects], found: Sequence[Detections], names: Sequence[str], size: tuple[int, int]
) -> Precision:
    """By pycocotools, over all images together. Objects too small to be asked for count neither way."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    with contextlib.redirect_stdout(io.StringIO()):  # it reports its progress
        wanted = COCO()
        wanted.dataset = _document(truth, names, size)
        wanted.createIndex()
        rows = _rows(found)
        if not wanted.dataset["annotations"] or not len(rows):
            asked = {int(kind) for image in truth for kind in image.classes[~image.small]}
            nothing = [0.0 if c in asked else None for c in range(1, 1 + len(names))]
            return Precision(_mean(nothing), _mean(nothing), nothing, nothing)
        judged = COCOeval(wanted, wanted.loadRes(rows), "bbox")
        judged.evaluate()
        judged.accumulate()
    # (overlaps, recalls, classes, areas, most): all areas, the largest number of detections.
    values = judged.eval["precision"][:, :, :, 0, -1]
    everywhere = [_known(values[:, :, c]) for c in range(len(names))]
    half = [_known(values[0, :, c]) for c in range(len(names))]
    return Precision(_mean(everywhere), _mean(half), everywhere, half)


def _document(truth: Sequence[Objects], names: Sequence[str], size: tuple[int, int]) -> dict[str, object]:
    annotations: list[dict[str, object]] = []
    for image, seen in enumerate(truth, start=1):
        for (left, top, right, bottom), kind, small in zip(
            seen.boxes.tolist(), seen.classes.tolist(), seen.small.tolist(), strict=True
        ):
            box = [left, top, right - left, bottom - top]
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image,
                    "category_id": kind,
                    "bbox": box,
                    "area": box[2] * box[3],
                    "iscrowd": int(small),  # what COCO neither asks for nor counts as false
                }
            )
    return {
        "info": {},
        "images": [{"id": i + 1, "width": size[0], "height": size[1]} for i in range(len(truth))],
        "categories": [{"id": i, "name": name} for i, name in enumerate(names, start=1)],
        "annotations": annotations,
    }


def _rows(found: Sequence[Detections]) -> npt.NDArray[np.float64]:
    """Image, left, top, width, height, score, class; as ``COCO.loadRes`` takes them."""
    rows = [np.zeros((0, 7))]
    for image, (boxes, kinds, scores) in enumerate(found, start=1):
        sizes = boxes[:, 2:] - boxes[:, :2]
        rows.append(np.column_stack([np.full(len(boxes), image), boxes[:, :2], sizes, scores, kinds]))
    return np.concatenate(rows)


def _known(values: npt.NDArray[np.float64]) -> float | None:
    return float(values.mean()) if values.size and values.min() > -1 else None


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
