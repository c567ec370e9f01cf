"""Actor and critic, each with a memory of its own."""

from collections.abc import Mapping
from typing import Any

import torch
from gymnasium import spaces
from sb3_contrib.common.recurrent.policies import RecurrentMultiInputActorCriticPolicy

from training.policies.networks._base import Network
from training.policies.networks._shapes import common_arguments, common_shape


def _shape(policy: Any) -> dict[str, Any]:
    return {
        **common_shape(policy),
        "lstm_hidden_size": policy.lstm_actor.hidden_size,
        "n_lstm_layers": policy.lstm_actor.num_layers,
    }


def _build(seen: spaces.Dict, action: spaces.Box, shape: Mapping[str, Any]) -> Any:
    memory = {name: shape[name] for name in ("lstm_hidden_size", "n_lstm_layers")}
    return RecurrentMultiInputActorCriticPolicy(seen, action, **common_arguments(shape), **memory)


def _mean(
    policy: Any, observations: dict[str, torch.Tensor], hidden: torch.Tensor, cell: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    features = policy.extract_features(observations, policy.pi_features_extractor)
    output, (hidden, cell) = policy.lstm_actor(features.unsqueeze(0), (hidden, cell))
    return policy.action_net(policy.mlp_extractor.forward_actor(output.squeeze(0))), hidden, cell


NETWORK = Network(
    name="recurrent",
    shape=_shape,
    build=_build,
    mean=_mean,
    memory=lambda policy: tuple(policy.lstm_hidden_state_shape),
)
