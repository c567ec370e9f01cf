"""What a policy network makes of observations before its first layer."""

from typing import Any

import torch
from gymnasium import spaces
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor

SHARPNESS = 6.0
"""Ranges r, in units of the lidar's range, become exp(-6 r): what is near differs most."""


class NavigationFeatures(BaseFeaturesExtractor):
    """Everything in one vector; lidar ranges as closeness, which tells 0.3 m from 0.5 m better than 8 m from 9 m."""

    def __init__(self, observation_space: spaces.Dict) -> None:
        self._names = sorted(observation_space.spaces)
        super().__init__(observation_space, sum(spaces.flatdim(observation_space[name]) for name in self._names))

    def forward(self, observations: dict[str, torch.Tensor]) -> torch.Tensor:
        """Features (batch, features_dim)."""
        return torch.cat([self._flat(name, observations[name]) for name in self._names], dim=1)

    @staticmethod
    def _flat(name: str, value: torch.Tensor) -> torch.Tensor:
        flat = value.flatten(start_dim=1).float()
        return torch.exp(-SHARPNESS * flat) if name == "lidar" else flat


POLICY_KWARGS: dict[str, Any] = {"features_extractor_class": NavigationFeatures}
"""Arguments that every policy of ours is built with."""
