"""A trained policy as an agent: the same contract as the expert and the baselines."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from envs import agents
from training.policies import reference, spaces
from training.policies.policy_file import load_policy
from twin.errors import InputError, unknown_name

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv

LOG = logging.getLogger("twin.policies")


class PolicyAgent:
    """Acts by a policy file, a run's folder or a shipped policy's name; deterministic unless told otherwise."""

    def __init__(self, env: "FactoryEnv", path: str | Path, *, deterministic: bool = True, seed: int = 0) -> None:
        """Raises ``InputError`` where the environment's spaces are not those the policy was trained on."""
        self._policy, facts = load_policy(path)
        self._deterministic = deterministic
        for kind, expected, found in (
            ("observation", self._policy.observation_space, spaces.as_seen(env.observation_space)),
            ("action", self._policy.action_space, env.action_space),
        ):
            if text := spaces.difference(expected, found):
                raise InputError(
                    f"{path}: trained on {facts['env']}, whose {kind} space differs from this environment's: {text}"
                )
        self.reset(seed)

    def reset(self, seed: int) -> None:
        """Forget the last episode, and seed the sampling of actions."""
        import torch

        self._memory: tuple[npt.NDArray[Any], ...] | None = None

        if not self._deterministic:
            torch.manual_seed(seed % 2**63)  # torch takes no larger one

    def act(self, observation: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:
        """The policy's action."""
        action, self._memory = self._policy.predict(
            dict(observation), state=self._memory, deterministic=self._deterministic
        )
        return np.asarray(action, dtype=np.float32)


def remark(name: str, env: str, *, shield: bool) -> None:
    """Log where a policy drives otherwise than it was trained: another task, or without the shield."""
    facts = load_policy(name)[1]
    if facts["env"] != env:
        LOG.info("%s was trained on %s and drives %s now", name, facts["env"], env)
    if facts.get("shield") and not shield:
        LOG.info("%s was trained behind the shield and drives without it now: see --shield", name)


def resolve(name: str, env: "FactoryEnv", seed: int = 0, *, deterministic: bool = True) -> agents.Agent:
    """``expert``, ``random``... by name, a shipped policy by name, a run's folder, or a policy file."""
    if name in agents.AGENTS:
        return agents.create(name, env, seed)
    check_known(name)
    return PolicyAgent(env, reference.located(name), deterministic=deterministic, seed=seed)


def check_known(name: str) -> None:
    """Raise ``InputError`` for what is no agent's name and no file or folder either; what is in one is seen later."""
    path = reference.located(name)
    if name in agents.AGENTS or path.exists() or path.suffix == ".zip":
        return
    known = [*agents.AGENTS, *reference.names()]
    raise InputError(f"{unknown_name('agent', name, known)}, or a folder of `twin train`")
