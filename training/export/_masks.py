"""The masks of all objects in an id image, as COCO's run lengths, in one pass over the image."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as rle


@dataclass(frozen=True, slots=True)
class Mask:
    """One object's pixels."""

    id: int
    area: int
    box: list[float]
    """x, y, width, height in pixels."""
    rle: dict[str, Any]
    """``size`` (height, width) and compressed ``counts``, a str."""


def masks(ids: npt.NDArray[np.uint16]) -> list[Mask]:
    """One for each id but 0, ascending."""
    height, width = ids.shape
    flat = ids.T.ravel()  # COCO counts down the columns
    starts = np.flatnonzero(np.diff(flat, prepend=~flat[:1]))
    stops = np.append(starts[1:], flat.size)
    owners = flat[starts]
    order = np.argsort(owners, kind="stable")
    found, first = np.unique(owners[order], return_index=True)
    groups = np.split(order, first[1:])
    shown = [(int(i), group) for i, group in zip(found, groups, strict=True) if i]
    counts = [_counts(starts[group], stops[group], flat.size) for _, group in shown]
    encoded = rle.frPyObjects([{"size": [height, width], "counts": c.tolist()} for c in counts], height, width)
    boxes = rle.toBbox(encoded).tolist()
    return [
        Mask(i, int(c[1::2].sum()), box, {"size": [height, width], "counts": code["counts"].decode("ascii")})
        for (i, _), c, box, code in zip(shown, counts, boxes, encoded, strict=True)
    ]


def _counts(starts: npt.NDArray[np.intp], stops: npt.NDArray[np.intp], size: int) -> npt.NDArray[np.intp]:
    """Lengths of the runs outside and inside by turns, the first one outside."""
    edges = np.concatenate([[0], np.stack([starts, stops], axis=1).ravel(), [size]])
    counts = np.diff(edges)
    return counts if counts[-1] else counts[:-1]
