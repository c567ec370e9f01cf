"""What all networks have: hidden layers, an activation, and features of the observations."""

from collections.abc import Mapping
from typing import Any

import torch
from stable_baselines3.common.torch_layers import CombinedExtractor

from training.policies.features import SHARPNESS, NavigationFeatures
from twin.errors import InputError, entry

ACTIVATIONS = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "elu": torch.nn.ELU}
FEATURES = {"navigation": NavigationFeatures, "combined": CombinedExtractor}


def common_shape(policy: Any) -> dict[str, Any]:
    """As JSON; ``InputError`` where a policy has parts that we could not build again."""
    if getattr(getattr(policy, "actor", policy), "use_sde", False):
        raise InputError("a policy with state-dependent exploration (use_sde) cannot be kept in our format")
    features = _name(FEATURES, policy.features_extractor_class)
    arguments = {"sharpness": SHARPNESS} if features == "navigation" else {}
    return {
        "net_arch": policy.net_arch,
        "activation": _name(ACTIVATIONS, policy.activation_fn),
        "features": {"name": features, **arguments, **policy.features_extractor_kwargs},
    }


def common_arguments(shape: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of a policy's class."""
    features = dict(shape["features"])
    name = features.pop("name")
    return {
        "lr_schedule": lambda _: 0.0,
        "net_arch": shape["net_arch"],
        "activation_fn": entry("activation", shape["activation"], ACTIVATIONS),
        "features_extractor_class": entry("features", name, FEATURES),
        "features_extractor_kwargs": features,
    }


def _name(known: Mapping[str, type], found: type) -> str:
    for name, kind in known.items():
        if kind is found:
            return name
    allowed = ", ".join(kind.__name__ for kind in known.values())
    raise InputError(f"a policy with {found.__name__} cannot be kept in our format; allowed: {allowed}")
