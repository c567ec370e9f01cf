"""The actor of truncated quantile critics, which is that of soft actor-critic."""

from collections.abc import Mapping
from typing import Any

from gymnasium import spaces
from sb3_contrib.tqc.policies import MultiInputPolicy

from training.policies.networks._base import Network
from training.policies.networks._shapes import common_arguments, common_shape
from training.policies.networks.sac import squashed_mean


def _build(seen: spaces.Dict, action: spaces.Box, shape: Mapping[str, Any]) -> Any:
    return MultiInputPolicy(seen, action, **common_arguments(shape), n_quantiles=1)  # critics do not act


NETWORK = Network(name="tqc", shape=common_shape, build=_build, mean=squashed_mean, acting=lambda policy: policy.actor)
