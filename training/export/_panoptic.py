"""Panoptic segments of one image: https://cocodataset.org/#format-data, section 4.

A thing is a segment of its own, whose id is its instance's; of a class of stuff all that is seen is one segment.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from training.export._masks import Mask
from training.export._objects import Shown
from twin.taxonomy import having

STUFF = having("stuff")
FIRST_STUFF = 1 << 16
"""Ids of stuff are this and the class's: instances have 16 bits."""


def panoptic(
    ids: npt.NDArray[np.uint16], objects: Sequence[Shown]
) -> tuple[list[dict[str, Any]], npt.NDArray[np.uint32]]:
    """``segments_info`` and the segment id of each pixel, 0 for none."""
    segment_of = np.zeros(int(ids.max(initial=0)) + 1, np.uint32)
    for item in objects:
        segment_of[item.mask.id] = _segment(item)
    parts = sorted(objects, key=_segment)
    segments = [
        _info(segment, item[0].category, [part.mask for part in item])
        for segment, item in ((number, list(group)) for number, group in groupby(parts, key=_segment))
    ]
    return segments, segment_of[ids]


def _segment(item: Shown) -> int:
    return FIRST_STUFF + item.category if item.instance.class_name in STUFF else item.mask.id


def _info(segment: int, category: int, parts: Sequence[Mask]) -> dict[str, Any]:
    area = sum(part.area for part in parts)
    return {"id": segment, "category_id": category, "area": area, "bbox": _around(parts), "iscrowd": 0}


def _around(parts: Sequence[Mask]) -> list[float]:
    if len(parts) == 1:
        return parts[0].box
    left, top = (min(part.box[axis] for part in parts) for axis in (0, 1))
    right, bottom = (max(part.box[axis] + part.box[axis + 2] for part in parts) for axis in (0, 1))
    return [left, top, right - left, bottom - top]
