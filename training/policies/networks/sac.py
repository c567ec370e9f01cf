"""The actor of soft actor-critic, squashed to its bounds."""

from typing import Any

import torch
from stable_baselines3.sac.policies import MultiInputPolicy

from training.policies.networks._base import Network
from training.policies.networks._shapes import common_arguments, common_shape


def squashed_mean(
    policy: Any, observations: dict[str, torch.Tensor], hidden: torch.Tensor, cell: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    """The best action between -1 and 1."""
    actor = policy.actor
    features = actor.extract_features(observations, actor.features_extractor)
    return torch.tanh(actor.mu(actor.latent_pi(features))), hidden, cell


NETWORK = Network(
    name="sac",
    shape=common_shape,
    build=lambda seen, action, shape: MultiInputPolicy(seen, action, **common_arguments(shape)),
    mean=squashed_mean,
    acting=lambda policy: policy.actor,
)
