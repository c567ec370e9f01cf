"""Features of pictures from a convolutional network whose weights are random and always the same.

Random convolutions tell textures, edges and colours apart without having learned anything (Saxe et al., "On Random
Weights and Unsupervised Feature Learning", ICML 2011). The features are mean and logarithm of the spread of each
channel of each layer, scaled by what pink noise gives: so no picture that is compared decides on the scale.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.pictures import Image

if TYPE_CHECKING:
    import torch

SEED = 20_18
CHANNELS = (3, 32, 64, 96)
"""Of the picture and of each layer."""
KERNELS = (5, 3, 3)
FAINT = 0.02
"""Spread that is no detail, so that an empty picture has a logarithm."""
BATCH = 16
"""Pictures that go through the network together."""
NOISES, NOISE_SIDE = 96, 96

Features = npt.NDArray[np.float64]


def features(pictures: Sequence[Image]) -> Features:
    """Of each picture (height, width, 3) of any size, shape (pictures, 384)."""
    mean, spread = _scale()
    return (_raw(pictures) - mean) / spread


@cache
def _weights() -> "tuple[torch.Tensor, ...]":
    import torch

    rng = np.random.default_rng(SEED)
    made = []
    for begin, end, side in zip(CHANNELS[:-1], CHANNELS[1:], KERNELS, strict=True):
        deviation = (2 / (begin * side * side)) ** 0.5  # keeps the variance from layer to layer (He et al. 2015)
        made.append(torch.from_numpy(rng.normal(0, deviation, (end, begin, side, side)).astype(np.float32)))
    return tuple(made)


def _raw(pictures: Sequence[Image]) -> Features:
    import torch

    found = np.empty((len(pictures), 2 * sum(CHANNELS[1:])))
    with torch.inference_mode():
        for alike in _batches([one.shape for one in pictures]):
            found[alike] = _of_batch(torch.from_numpy(np.stack([pictures[i] for i in alike])))
    return found


def _batches(shapes: Sequence[tuple[int, ...]]) -> Iterator[list[int]]:
    """Positions of pictures of one shape, some at a time."""
    for shape in sorted(set(shapes)):
        members = [i for i, other in enumerate(shapes) if other == shape]
        for first in range(0, len(members), BATCH):
            yield members[first : first + BATCH]


def _of_batch(rgb: "torch.Tensor") -> Features:
    import torch

    found = []
    layer = rgb.permute(0, 3, 1, 2).float() / 127.5 - 1
    for weight in _weights():
        padding = weight.shape[-1] // 2
        response = torch.nn.functional.conv2d(layer, weight, stride=2, padding=padding)
        spread = response.std(dim=(2, 3), correction=0)
        found += [response.mean(dim=(2, 3)), (spread + FAINT).log()]
        layer = torch.relu(response)
    return torch.cat(found, dim=1).double().numpy()


@cache
def _scale() -> tuple[Features, Features]:
    """Mean and spread of the features of pink noise."""
    seen = _raw(list(_noises()))
    return seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-6)


def _noises() -> Iterator[Image]:
    """Noise of three channels whose power falls with the square of frequency, as that of photographs does (Field 1987),
    of many brightnesses and contrasts.
    """
    rng = np.random.default_rng(SEED)
    across, down = np.fft.rfftfreq(NOISE_SIDE), np.fft.fftfreq(NOISE_SIDE)
    frequency = np.hypot(across[None, :], down[:, None])
    frequency[0, 0] = np.inf
    for _ in range(NOISES):
        white = np.fft.rfft2(rng.normal(size=(3, NOISE_SIDE, NOISE_SIDE)))
        pink = np.fft.irfft2(white / frequency, s=(NOISE_SIDE, NOISE_SIDE))
        pink = pink.mean(axis=0) + rng.uniform(0, 0.6) * pink  # more or less gray
        tint = rng.uniform(60, 200) + rng.uniform(-20, 20, (3, 1, 1))
        picture = tint + rng.uniform(20, 70) * pink / pink.std()
        yield np.clip(picture.transpose(1, 2, 0), 0, 255).astype(np.uint8)
