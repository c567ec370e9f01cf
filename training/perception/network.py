"""A small encoder and decoder with two heads, made for processors.

The decoder adds to each stage what the encoder saw at that resolution (U-Net, Ronneberger 2015, with sums as in
feature pyramids). Classes of pixels are read off at half the image's resolution, see ``masks``; objects at a quarter,
as in CenterNet (Zhou 2019, arXiv:1904.07850): a heatmap of centres for each class, width and height, and the centre's
place within its cell. Plain convolutions and few channels: depthwise separable ones with the channels that cost as much
time on a processor learned half as much in it (docs/perception.md).
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional

STRIDE = 4
"""Pixels of a cell of the detection head, each way."""
MULTIPLE = 16
"""What the width and height of images are multiples of."""
WIDTHS = (16, 32, 64, 128)
MOST_CHANNELS, LONGEST = 1024, 8192
"""Of a stage, and px of an image: more than that is asked for by mistake, or by somebody else's file."""
_BLOCKS = (1, 2, 3, 3)
_RARE = -2.9
"""Of a heatmap's first answer: about 5 % everywhere, or the empty cells' loss drowns the rest."""


class Seen(NamedTuple):
    """What the network says of a batch."""

    semantic: torch.Tensor  # (n, 1 + classes, h / 2, w / 2) logits
    centers: torch.Tensor  # (n, classes, h / 4, w / 4) logits
    boxes: torch.Tensor  # (n, 4, h / 4, w / 4) width, height, and x, y of the centre within its cell, in cells


def convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """3 x 3, normalised over the batch."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class Network(nn.Module):
    """``widths``: channels at 1/2, 1/4, 1/8 and 1/16 of the resolution."""

    def __init__(self, classes: int, widths: Sequence[int] = WIDTHS) -> None:
        super().__init__()
        first = widths[0]
        self.stem = convolution(3, first, 2)
        inputs = (first, *widths[:-1])
        self.down = nn.ModuleList(
            nn.Sequential(
                convolution(given, width, 1 + (stage > 0)),
                *(convolution(width, width) for _ in range(_BLOCKS[stage] - 1)),
            )
            for stage, (given, width) in enumerate(zip(inputs, widths, strict=True))
        )
        self.across = nn.ModuleList(nn.Conv2d(wide, narrow, 1) for narrow, wide in pairwise(widths))
        self.up = nn.ModuleList(convolution(width, width) for width in widths[:-1])
        self.semantic = nn.Conv2d(first, 1 + classes, 1)
        self.near = convolution(widths[1], widths[1])
        self.centers = nn.Conv2d(widths[1], classes, 1)
        self.boxes = nn.Conv2d(widths[1], 4, 1)
        nn.init.constant_(self.centers.bias, _RARE)  # type: ignore[arg-type]

    def forward(self, images: torch.Tensor) -> Seen:
        """``images``: (n, 3, h, w), see ``frames.normalised``."""
        features = [self.down[0](self.stem(images))]
        for stage in self.down[1:]:
            features.append(stage(features[-1]))
        merged = features.pop()
        decoded: list[torch.Tensor] = []
        for level in reversed(range(len(self.up))):
            wider = functional.interpolate(self.across[level](merged), scale_factor=2.0, mode="nearest")
            merged = self.up[level](features[level] + wider)
            decoded.append(merged)
        objects = self.near(decoded[-2])
        return Seen(self.semantic(decoded[-1]), self.centers(objects), self.boxes(objects))


def masks(seen: Seen) -> torch.Tensor:
    """The likeliest class of every pixel, (n, h, w) uint8."""
    logits = functional.interpolate(seen.semantic, scale_factor=2.0, mode="bilinear")
    return logits.argmax(dim=1).to(torch.uint8)
