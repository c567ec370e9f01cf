"""What a policy network makes of observations before its first layer."""

from math import isfinite
from typing import Any

import torch
from gymnasium import spaces
from stable_baselines3.common.preprocessing import is_image_space, is_image_space_channels_first
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor

SHARPNESS = 6.0
"""Ranges r, in units of the lidar's range, become exp(-6 r): what is near differs most."""

IMAGE_FEATURES = 128
"""What is left of the images of one size."""


class NavigationFeatures(BaseFeaturesExtractor):
    """Everything in one vector; lidar ranges as closeness, which tells 0.3 m from 0.5 m better than 8 m from 9 m.

    Images go through a small convolutional network first, all of one size as channels of one.
    """

    def __init__(self, observation_space: spaces.Dict, sharpness: float = SHARPNESS) -> None:
        if not isfinite(sharpness):
            raise ValueError(f"sharpness {sharpness}: should be a finite number")
        boxes = {name: space for name, space in observation_space.spaces.items() if isinstance(space, spaces.Box)}
        images = sorted(name for name, box in boxes.items() if is_image(box))
        flat = sorted(set(observation_space.spaces) - set(images))
        sizes = {name: _size(boxes[name]) for name in images}
        groups = [[n for n in images if sizes[n] == size] for size in sorted(set(sizes.values()))]
        width = sum(spaces.flatdim(observation_space[name]) for name in flat) + len(groups) * IMAGE_FEATURES
        super().__init__(observation_space, width)
        self._flat_names, self._groups, self._sharpness = flat, groups, sharpness
        # What Stable-Baselines3 takes for an image it has scaled, and turned around, before.
        self._scale = {n: 1.0 if is_image_space(boxes[n]) else float(boxes[n].high.max()) for n in images}
        self._first = {name: _channels_first(boxes[name]) for name in images}
        self.networks = torch.nn.ModuleList(
            _network(sum(_channels(boxes[name]) for name in group), sizes[group[0]]) for group in groups
        )

    def forward(self, observations: dict[str, torch.Tensor]) -> torch.Tensor:
        """Features (batch, features_dim)."""
        parts = [self._flat(name, observations[name]) for name in self._flat_names]
        for group, network in zip(self._groups, self.networks, strict=True):
            parts.append(network(torch.cat([self._image(name, observations[name]) for name in group], dim=1)))
        return torch.cat(parts, dim=1)

    def _flat(self, name: str, value: torch.Tensor) -> torch.Tensor:
        flat = value.flatten(start_dim=1).float()
        return torch.exp(-self._sharpness * flat) if name == "lidar" else flat

    def _image(self, name: str, value: torch.Tensor) -> torch.Tensor:
        """Channels first, from 0 to 1."""
        turned = value if self._first[name] else value.movedim(-1, 1)
        return turned.float() / self._scale[name]


def is_image(space: spaces.Space[Any]) -> bool:
    """Whether it has rows, columns and channels."""
    return isinstance(space, spaces.Box) and len(space.shape) == 3


def _channels_first(box: spaces.Box) -> bool:
    return is_image_space(box) and is_image_space_channels_first(box)


def _channels(box: spaces.Box) -> int:
    return box.shape[0] if _channels_first(box) else box.shape[-1]


def _size(box: spaces.Box) -> tuple[int, ...]:
    return box.shape[1:] if _channels_first(box) else box.shape[:2]


def _network(channels: int, size: tuple[int, ...]) -> torch.nn.Sequential:
    """Three convolutions, each halving or quartering the image, and one layer: (batch, IMAGE_FEATURES)."""
    convolutions = torch.nn.Sequential(
        torch.nn.Conv2d(channels, 16, 5, stride=4, padding=2),
        torch.nn.ReLU(),
        torch.nn.Conv2d(16, 32, 3, stride=2, padding=1),
        torch.nn.ReLU(),
        torch.nn.Conv2d(32, 32, 3, stride=2, padding=1),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
    )
    with torch.no_grad():
        width = convolutions(torch.zeros(1, channels, *size)).shape[1]
    return torch.nn.Sequential(convolutions, torch.nn.Linear(width, IMAGE_FEATURES), torch.nn.ReLU())


POLICY_KWARGS: dict[str, Any] = {"features_extractor_class": NavigationFeatures}
"""Arguments that every policy of ours is built with."""
