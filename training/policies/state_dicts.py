"""State dictionaries of networks and optimisers, as tensors with one name each and JSON, and back."""

from collections.abc import Mapping
from typing import Any

import torch


def flat(parts: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """``parts``: state dictionaries by name. Tensors ``part/name``, and of each optimiser its groups."""
    tensors: dict[str, torch.Tensor] = {}
    groups: dict[str, Any] = {}
    for part, state in parts.items():
        if "param_groups" in state:
            groups[part] = state["param_groups"]
            for index, slots in state["state"].items():
                tensors |= {f"{part}/{index}/{slot}": torch.as_tensor(value) for slot, value in slots.items()}
        else:
            tensors |= {f"{part}/{name}": tensor for name, tensor in state.items()}
    return tensors, groups


def nested(tensors: Mapping[str, torch.Tensor], groups: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Inverse of ``flat``."""
    parts: dict[str, dict[str, Any]] = {name: {"state": {}, "param_groups": g} for name, g in groups.items()}
    for path, tensor in tensors.items():
        part, _, name = path.partition("/")
        if part in groups:
            index, _, slot = name.partition("/")
            parts[part]["state"].setdefault(int(index), {})[slot] = tensor
        else:
            parts.setdefault(part, {})[name] = tensor
    return parts
