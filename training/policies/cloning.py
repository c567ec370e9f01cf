"""Behaviour cloning: makes a policy's actions likely that somebody else took."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from gymnasium import spaces as gym_spaces
from stable_baselines3.common.logger import configure
from stable_baselines3.common.policies import ActorCriticPolicy

from training.policies import spaces
from training.policies.algorithms import State
from training.policies.algorithms._imitation import ImitationSettings
from training.policies.demonstrations import Demonstrations
from training.policies.features import SHARPNESS
from training.policies.networks import network
from training.policies.session import Session
from training.policies.state_dicts import flat, nested
from twin.streams import stream

ROW_EVERY = 100
"""Updates between rows of the curve."""


class Cloner:
    """Updates a policy on demonstrations. Its n-th batch depends on nothing but the seed, n and the demonstrations."""

    def __init__(
        self,
        env: "gymnasium.Env[Any, Any]",
        settings: ImitationSettings,
        learning_rate: Callable[[float], float],
        seed: int,
        folder: Path,
    ) -> None:
        torch.manual_seed(seed)
        self.policy = _policy(env, settings)
        self.steps = 0
        self._settings, self._rate, self._seed = settings, learning_rate, seed
        self._logger = configure(str(folder / "tensorboard" / "imitation"), ["tensorboard"])

    def update(self, data: Demonstrations) -> float:
        """One step of gradient descent; the loss before it."""
        draw = stream("cloning/batch", self._seed, self.steps)
        batch = data.take(draw.integers(len(data), size=self._settings.batch_size))
        optimizer = self.policy.optimizer
        for group in optimizer.param_groups:
            group["lr"] = self._rate(0.0)
        self.policy.set_training_mode(True)
        loss = self._loss(batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 1.0)
        optimizer.step()
        self.policy.set_training_mode(False)
        self.steps += 1
        return float(loss.detach())

    def loss(self, data: Demonstrations) -> float:
        """Of a sample of steps that were not learned from."""
        rows = np.random.default_rng(0).integers(len(data), size=min(len(data), 4096))
        with torch.no_grad():
            return float(self._loss(data.take(rows)))

    def log(self, **figures: float) -> None:
        """To TensorBoard."""
        for name, value in figures.items():
            self._logger.record(f"imitation/{name}", value)
        self._logger.dump(self.steps)

    def state(self) -> State:
        """Policy and optimiser."""
        tensors, groups = flat({"policy": self.policy.state_dict(), "optimizer": self.policy.optimizer.state_dict()})
        return State(tensors, {"groups": groups, "steps": self.steps})

    def restore(self, state: State) -> None:
        """Go on from there."""
        parts = nested(state.tensors, state.facts["groups"])
        self.policy.load_state_dict(parts["policy"])
        self.policy.optimizer.load_state_dict(parts["optimizer"])
        self.steps = int(state.facts["steps"])

    def start_from(self, policy: Mapping[str, torch.Tensor]) -> None:
        """Take over the weights of another run's policy."""
        self.policy.load_state_dict(dict(policy))

    def _loss(self, batch: Demonstrations) -> torch.Tensor:
        seen, _ = self.policy.obs_to_tensor(batch.observations)
        values, likelihood, _ = self.policy.evaluate_actions(seen, torch.from_numpy(batch.actions))
        missed = torch.nn.functional.mse_loss(values.flatten(), torch.from_numpy(batch.returns))
        return self._settings.value_coef * missed - likelihood.mean()


class CloningLearner:
    """Behaviour cloning, nothing else."""

    def __init__(self, cloner: Cloner, data: Demonstrations, validation: Demonstrations | None) -> None:
        self._cloner, self._data, self._validation = cloner, data, validation
        self.state, self.restore, self.start_from = cloner.state, cloner.restore, cloner.start_from

    @property
    def policy(self) -> ActorCriticPolicy:
        """As learned so far."""
        return self._cloner.policy

    @property
    def steps(self) -> int:
        """Updates so far."""
        return self._cloner.steps

    def learn(self, session: Session) -> None:
        """Update until the session is over."""
        losses: list[float] = []
        while not session.over(self.steps):
            losses.append(self._cloner.update(self._data))
            if self.steps % ROW_EVERY == 0 or session.over(self.steps):
                figures: dict[str, Any] = {"loss": float(np.mean(losses))}
                if self._validation is not None:
                    figures["validation_loss"] = self._cloner.loss(self._validation)
                self._cloner.log(**figures)
                session.row(self, **figures)
                losses.clear()

    def close(self) -> None:
        """Nothing runs."""


def _policy(env: "gymnasium.Env[Any, Any]", settings: ImitationSettings) -> ActorCriticPolicy:
    assert isinstance(env.action_space, gym_spaces.Box)
    features = {"name": "navigation", "sharpness": SHARPNESS}
    shape = {"net_arch": list(settings.net_arch), "activation": "tanh", "features": features}
    seen = spaces.as_seen(env.observation_space)
    assert isinstance(seen, gym_spaces.Dict)
    policy = network("actor_critic").build(seen, env.action_space, shape)
    policy.log_std.data.fill_(settings.log_std_init)
    policy.log_std.requires_grad_(settings.learn_std)
    return policy
