"""A policy in one safetensors file: weights, and as JSON the rest that is needed to act. Nothing in it is run."""

from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from gymnasium.spaces import Box, Dict

from training.policies import reference, spaces, tensors
from training.policies.networks import network
from training.policies.run import acting_file
from twin.errors import InputError, TwinError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from stable_baselines3.common.policies import BasePolicy

LONGEST = 200
"""Letters of what others say is wrong: torch adds where in its own code."""
DEEPEST = 100
"""Layers of a network; how wide they are, its weights say."""


def save_policy(path: Path, policy: "BasePolicy", kind: str, facts: dict[str, Any]) -> None:
    """Write what is needed to act. ``kind`` names the network; ``facts`` says where the policy comes from."""
    made_of = {
        "network": {"kind": kind, **network(kind).shape(policy)},
        "observation_space": spaces.to_json(policy.observation_space),
        "action_space": spaces.to_json(policy.action_space),
    }
    tensors.save(path, network(kind).acting(policy).state_dict(), {**facts, **made_of})


def load_policy(path: str | Path) -> "tuple[BasePolicy, dict[str, Any]]":
    """Policy and facts from what ``acting_file`` knows; ``InputError`` where that is no file of ``save_policy``."""
    from training.policies.weightless import weightless

    file = acting_file(path)
    if not file.exists() and str(file) == file.stem:
        raise UnknownNameError("policy", file.stem, reference.names(), f"{file}: no such file")
    state, facts = tensors.load(file)
    try:
        shape = dict(facts["network"])
        kind = network(shape.pop("kind"))
        _check(state, facts)
        seen, action = spaces.from_json(facts["observation_space"]), spaces.from_json(facts["action_space"])
        if not isinstance(seen, Dict) or not isinstance(action, Box):
            raise TypeError("its observations are not named, or its actions no numbers")  # noqa: TRY301 - reported below
        with weightless():
            policy = kind.build(seen, action, shape)
        # What does not act has no weights in the file, and gets none here.
        tensors.fill(kind.acting(policy), state)
    except (ArithmeticError, AssertionError, KeyError, RuntimeError, TypeError, ValueError, TwinError) as error:
        raise InputError(f"{path}: not a policy of ours ({_line(error)})") from error
    policy.set_training_mode(False)
    return policy, facts


def _check(state: "Mapping[str, torch.Tensor]", facts: dict[str, Any]) -> None:
    """Raises ``ValueError`` for what would fail only later: a missing origin, layers and weights that cannot be."""
    if not isinstance(facts["env"], str):
        raise TypeError("its 'env' is no name")
    layers = facts["network"].get("net_arch") or ()
    widths = [n for part in (layers.values() if isinstance(layers, dict) else (layers,)) for n in part]
    depth = len(widths) + facts["network"].get("n_lstm_layers", 0)
    if depth > DEEPEST or any(n <= 0 for n in widths):
        raise ValueError(f"its layers are {widths[:DEEPEST]} wide; allowed: {DEEPEST} of 1 or more, memory included")
    broken = sorted(name for name, t in state.items() if t.is_floating_point() and not t.isfinite().all())
    if broken:
        raise ValueError(f"its weights are not all numbers: {broken[0]}")


def _line(error: Exception) -> str:
    return shorten(str(error), LONGEST, placeholder=" ...")
