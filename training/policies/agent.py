"""A trained policy as an agent: the same contract as the expert and the baselines."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Dict

from envs import agents
from training.policies import spaces, tensors
from training.policies.run import Run
from twin.errors import InputError

if TYPE_CHECKING:
    from stable_baselines3.common.policies import ActorCriticPolicy

    from envs.factory_env import FactoryEnv


class PolicyAgent:
    """Acts by a policy file; deterministic unless told otherwise."""

    def __init__(self, env: "FactoryEnv", path: Path, *, deterministic: bool = True, seed: int = 0) -> None:
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
        """Seed the sampling of actions."""
        import torch

        if not self._deterministic:
            torch.manual_seed(seed)

    def act(self, observation: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:
        """The policy's action."""
        action, _ = self._policy.predict(dict(observation), deterministic=self._deterministic)
        return np.asarray(action, dtype=np.float32)


def save_policy(path: Path, policy: "ActorCriticPolicy", facts: dict[str, Any]) -> None:
    """Write a policy with what is needed to build it again; ``facts`` says where it comes from."""
    shape = {
        "observation_space": spaces.to_json(policy.observation_space),
        "action_space": spaces.to_json(policy.action_space),
        "net_arch": policy.net_arch,
    }
    tensors.save(path, policy.state_dict(), {**facts, **shape})


def load_policy(path: Path) -> "tuple[ActorCriticPolicy, dict[str, Any]]":
    """Policy and facts from a file of ``save_policy``; ``InputError`` where it is not one."""
    from stable_baselines3.common.policies import MultiInputActorCriticPolicy

    from training.policies.features import POLICY_KWARGS

    state, facts = tensors.load(path)
    try:
        observations = spaces.from_json(facts["observation_space"])
        if not isinstance(observations, Dict):
            raise TypeError("its observations are not named")  # noqa: TRY301 - reported below, with all other reasons
        policy = MultiInputActorCriticPolicy(
            observations,
            spaces.from_json(facts["action_space"]),
            lr_schedule=lambda _: 0.0,
            net_arch=facts["net_arch"],
            **POLICY_KWARGS,
        )
        policy.load_state_dict(state)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"{path}: not a policy of ours ({error})") from error
    policy.set_training_mode(False)
    return policy, facts


def resolve(name: str, env: "FactoryEnv", seed: int = 0, *, deterministic: bool = True) -> agents.Agent:
    """``expert``, ``random``... by name, or a run's folder, or a policy file."""
    if name in agents.AGENTS:
        return agents.create(name, env, seed)
    path = Path(name)
    if path.is_dir():
        return PolicyAgent(env, Run.open(path).policy, deterministic=deterministic, seed=seed)
    if path.is_file():
        return PolicyAgent(env, path, deterministic=deterministic, seed=seed)
    raise InputError(
        f"unknown agent '{name}': it is neither one of {', '.join(sorted(agents.AGENTS))} nor a folder of `twin train`"
    )
