"""What a policy's network is: how it is built again from JSON and tensors, and how it acts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gymnasium import spaces

if TYPE_CHECKING:
    import torch

Tensors = "Mapping[str, torch.Tensor]"


def _no_state(_policy: Any) -> tuple[int, ...]:
    return ()


def _whole(policy: Any) -> Any:
    return policy


@dataclass(frozen=True)
class Network:
    """One kind of policy of Stable-Baselines3. A file beside this one holds one as ``NETWORK``."""

    name: str
    shape: Callable[[Any], dict[str, Any]]
    """Of a policy, as JSON: with the spaces, all that is needed to build it again."""
    build: Callable[[spaces.Dict, spaces.Box, Mapping[str, Any]], Any]
    """A policy of such a shape, with weights drawn at random."""
    mean: Callable[[Any, "dict[str, torch.Tensor]", "torch.Tensor", "torch.Tensor"], "tuple[torch.Tensor, ...]"]
    """The best action for observations and memory (hidden, cell), and the memory after it; before clipping."""
    acting: Callable[[Any], Any] = _whole
    """The part of a policy whose weights its file holds."""
    memory: Callable[[Any], tuple[int, ...]] = _no_state
    """Shape of hidden and cell state each; empty where it remembers nothing."""
