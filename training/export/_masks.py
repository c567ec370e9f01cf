"""The masks of all objects in an id image, as COCO's run lengths, in one pass over the image."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as rle

Ints = npt.NDArray[np.intp]


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
    order = np.argsort(flat[starts], kind="stable")
    owners, starts, stops = flat[starts][order], starts[order], stops[order]
    found, first = np.unique(owners, return_index=True)
    bounds = [*first.tolist(), len(owners)]
    turns = _turns(starts, stops, first).tolist()
    areas = np.add.reduceat(stops - starts, first).tolist()
    shown = range(int(found[0] == 0), len(found))
    counts = [turns[2 * bounds[k] : 2 * bounds[k + 1]] for k in shown]
    for k, count in zip(shown, counts, strict=True):
        rest = flat.size - int(stops[bounds[k + 1] - 1])
        count.extend([rest] * (rest > 0))
    if not counts:
        return []
    encoded = rle.frPyObjects([{"size": [height, width], "counts": count} for count in counts], height, width)
    boxes = rle.toBbox(encoded).tolist()
    return [
        Mask(int(found[k]), areas[k], box, {"size": [height, width], "counts": code["counts"].decode("ascii")})
        for k, box, code in zip(shown, boxes, encoded, strict=True)
    ]


def _turns(starts: Ints, stops: Ints, first: Ints) -> Ints:
    """Lengths outside and inside by turns, for runs sorted by their owners, whose first ones are at ``first``."""
    before = np.empty_like(stops)
    before[1:] = stops[:-1]
    before[first] = 0
    turns = np.empty(2 * len(starts), starts.dtype)
    turns[0::2], turns[1::2] = starts - before, stops - starts
    return turns
