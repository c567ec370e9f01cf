"""Objects as a heatmap of their centres, and back."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from training.perception.network import STRIDE, Seen
from training.perception.objects import Objects

MOST = 60
"""Objects looked for in an image."""
_SPREAD = 0.54 / 6
"""Standard deviation of a centre's heat by the box's length each way (TTFNet, Liu 2020, arXiv:1909.00700)."""


class Targets(NamedTuple):
    """What the detection head should say."""

    heat: torch.Tensor  # (n, classes, rows, columns), 1 at centres
    small: torch.Tensor  # (n, classes, rows, columns) bool: no mistake, whatever is said
    cells: torch.Tensor  # (objects, 3) image, row, column
    boxes: torch.Tensor  # (objects, 4) width, height, and x, y of the centre within its cell, in cells


class Detections(NamedTuple):
    """What was found in one image, the surest first. Boxes: left, top, right, bottom, px."""

    boxes: npt.NDArray[np.float32]  # (n, 4)
    classes: npt.NDArray[np.int64]  # (n,) from 1
    scores: npt.NDArray[np.float32]  # (n,) in 0..1


def encode(images: Sequence[Objects], classes: int, rows: int, columns: int) -> Targets:
    """Targets for a batch, ``rows`` x ``columns`` cells an image."""
    heat = np.zeros((len(images), classes, rows, columns), np.float32)
    small = np.zeros(heat.shape, bool)
    cells, boxes = [np.zeros((0, 3), np.int64)], [np.zeros((0, 4), np.float32)]
    for number, (found, kinds, tiny) in enumerate(images):
        size = (found[:, 2:] - found[:, :2]) / STRIDE
        center = (found[:, 2:] + found[:, :2]) / (2 * STRIDE)
        cell = np.minimum(center.astype(np.int64), (columns - 1, rows - 1))
        spread = np.maximum(size * _SPREAD, 0.35)
        x = np.exp(-0.5 * ((np.arange(columns) - cell[:, :1]) / spread[:, :1]) ** 2)
        y = np.exp(-0.5 * ((np.arange(rows) - cell[:, 1:]) / spread[:, 1:]) ** 2)
        for kind, is_tiny, bump in zip(kinds - 1, tiny, y[:, :, None] * x[:, None, :], strict=True):
            if is_tiny:
                small[number, kind] |= bump > 0.1
            else:
                np.maximum(heat[number, kind], bump, out=heat[number, kind])
        asked = ~tiny
        cells.append(np.insert(cell[asked][:, ::-1], 0, number, axis=1))
        boxes.append(np.concatenate([size, center - cell], axis=1)[asked].astype(np.float32))
    return Targets(
        torch.from_numpy(heat),
        torch.from_numpy(small & (heat < 1)),
        torch.from_numpy(np.concatenate(cells)),
        torch.from_numpy(np.concatenate(boxes)),
    )


def decode(seen: Seen, most: int = MOST) -> list[Detections]:
    """Objects of each image: peaks of the heatmaps, each with the box of its cell."""
    heat = torch.sigmoid(seen.centers)
    heat = heat * (functional.max_pool2d(heat, 3, 1, 1) == heat)
    rows, columns = heat.shape[2:]
    scores, places = heat.flatten(1).topk(min(most, heat[0].numel()))
    kinds, cells = places // (rows * columns), places % (rows * columns)
    box = seen.boxes.flatten(2).gather(2, cells[:, None].expand(-1, 4, -1))
    center = torch.stack([cells % columns, cells // columns], dim=1) + box[:, 2:].clamp(0, 1)
    half = box[:, :2].clamp(min=0.25) / 2
    corners = (torch.cat([center - half, center + half], dim=1) * STRIDE).transpose(1, 2)
    limit = torch.tensor([columns, rows, columns, rows]) * STRIDE
    corners = corners.clamp(min=0).minimum(limit)
    return [Detections(corners[i].numpy(), 1 + kinds[i].numpy(), scores[i].numpy()) for i in range(len(scores))]
