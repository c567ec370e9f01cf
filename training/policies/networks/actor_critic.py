"""Actor and critic without memory: PPO, and what was cloned."""

from typing import Any

import torch
from stable_baselines3.common.policies import MultiInputActorCriticPolicy

from training.policies.networks._base import Network
from training.policies.networks._shapes import common_arguments, common_shape


def _mean(
    policy: Any, observations: dict[str, torch.Tensor], hidden: torch.Tensor, cell: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    features = policy.extract_features(observations, policy.pi_features_extractor)
    return policy.action_net(policy.mlp_extractor.forward_actor(features)), hidden, cell


NETWORK = Network(
    name="actor_critic",
    shape=common_shape,
    build=lambda seen, action, shape: MultiInputActorCriticPolicy(seen, action, **common_arguments(shape)),
    mean=_mean,
)
