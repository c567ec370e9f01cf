"""Starting from another run's policy: which one, whether it fits, and its weights."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gymnasium import spaces as gym_spaces

from training.policies import reference, spaces, tensors
from training.policies.algorithms import Algorithm, Settings
from training.policies.config import Source
from training.policies.networks import network
from training.policies.policy_file import load_policy
from training.policies.run import Run, acting_file
from twin.errors import InputError

if TYPE_CHECKING:
    import torch
    from stable_baselines3.common.policies import BasePolicy

SHAPE = ("net_arch", "lstm_hidden_size")
"""Settings that come with the weights."""


def describe(path: Path) -> Source:
    """``path``: what ``acting_file`` knows. Raises ``InputError`` for anything else."""
    path, file = reference.located(path), acting_file(path)
    _, facts = load_policy(file)
    about = {name: facts.get(name) for name in ("env", "algo", "steps", "network", "lineage")}
    return Source(path=str(path.resolve()), digest=hashlib.sha256(file.read_bytes()).hexdigest(), about=about)


def adapted(settings: Settings, source: Source, algorithm: Algorithm) -> Settings:
    """The settings with the shape of the source's network; ``InputError`` where the algorithm has another kind."""
    shape = dict(source.about.get("network") or {})
    if shape.get("kind") != algorithm.network:
        raise InputError(
            f"{source.path}: its policy is of the kind {shape.get('kind')} (learned by {source.about.get('algo')}), "
            f"but {algorithm.name} goes on only with one of the kind {algorithm.network}"
        )
    taken = {name: shape[name] for name in SHAPE if name in shape and name in type(settings).model_fields}
    if isinstance(taken.get("net_arch"), dict):
        layers = list(taken["net_arch"].values())
        if any(one != layers[0] for one in layers):
            raise InputError(f"{source.path}: its actor and its critic have other layers: {taken['net_arch']}")
        taken["net_arch"] = layers[0]
    return type(settings).model_validate({**settings.model_dump(), **taken})


def weights(source: Source, policy: "BasePolicy") -> "dict[str, torch.Tensor]":
    """All that the source's policy learned; ``InputError`` where it sees or does something else."""
    path = Path(source.path)
    run = Run.open(path) if path.is_dir() else None
    parts, facts = tensors.load(run.policy if run else path)
    for kind, ours in (("observation", policy.observation_space), ("action", policy.action_space)):
        _check(path, kind, facts, ours)
    if run is not None:
        parts = run.load_checkpoint()[0]
        parts = {name.removeprefix("policy/"): t for name, t in parts.items() if name.startswith("policy/")}
    elif network(facts["network"]["kind"]).acting(policy) is not policy:
        raise InputError(f"{path}: holds only what acts; start --from the folder of its run")
    missing = set(policy.state_dict()) ^ set(parts)
    if missing:
        raise InputError(f"{path}: its network differs from this run's in {', '.join(sorted(missing)[:3])}")
    return parts


def _check(path: Path, kind: str, facts: dict[str, Any], ours: "gym_spaces.Space[Any]") -> None:
    theirs = spaces.from_json(facts[f"{kind}_space"])
    if text := spaces.difference(theirs, ours):
        raise InputError(f"{path}: trained on {facts['env']}, whose {kind} space differs from this run's: {text}")
