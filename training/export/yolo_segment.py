"""YOLO segmentation: a polygon around what is seen of each object. https://docs.ultralytics.com/datasets/segment

Corners are centres of pixels on the mask's rim, so that a polygon that is filled rim and all gives the mask again. The
format has one polygon an object: parts are joined by lines without width, and holes are lost. COCO keeps both.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.dataset.schema import INSTANCE
from training.export import Done
from training.export._objects import Shown
from training.export._selection import Image, Selection
from training.export._yolo import share, write

LOAD = """
```python
import supervision

dataset = supervision.DetectionDataset.from_yolo("images/{split}", "labels/{split}", "data.yaml", force_masks=True)
```
"""
Points = npt.NDArray[np.int64]
CORNERS = 3


def export(selection: Selection, folder: Path, done: Done) -> None:
    """Class, then the corners."""
    write(_polygon, selection, folder, done)


def _polygon(item: Shown, image: Image) -> Iterator[str]:
    left, top, width, height = map(int, item.mask.box)
    seen = image[INSTANCE][top : top + height, left : left + width] == item.mask.id
    corners = joined(outlines(seen)) + np.array([left, top])
    if len(corners) < CORNERS:  # a single pixel, or a row of them
        corners = np.concatenate([corners, np.repeat(corners[-1:], CORNERS - len(corners), axis=0)])
    yield " ".join(
        f"{share(x + 0.5, image.camera.width)} {share(y + 0.5, image.camera.height)}" for x, y in corners.tolist()
    )


def outlines(mask: npt.NDArray[np.bool_]) -> list[Points]:
    """Corners x, y (n, 2) of each part of a mask (height, width), the largest part first."""
    import cv2

    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found: list[Any] = sorted((contour[:, 0].astype(np.int64) for contour in contours), key=len, reverse=True)
    return found


def joined(parts: list[Points]) -> Points:
    """One polygon: a walk around the first part that visits each other one from the corner nearest to it."""
    whole = parts[0]
    for part in parts[1:]:
        distance = ((whole[:, None] - part[None]) ** 2).sum(axis=2)
        here, there = np.unravel_index(int(distance.argmin()), distance.shape)
        visit = np.concatenate([part[there:], part[: there + 1]])
        whole = np.concatenate([whole[: here + 1], visit, whole[here:]])
    return whole
