"""Learning from the expert's labels on the policy's own episodes, by Ross, Gordon and Bagnell (2011)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from stable_baselines3.common.policies import ActorCriticPolicy

from envs import agents
from training.policies import tensors
from training.policies.algorithms import Start, State
from training.policies.algorithms._imitation import ImitationSettings
from training.policies.algorithms.dagger import DaggerSettings
from training.policies.cloning import Cloner
from training.policies.demonstrations import Demonstrations, about, joined, read, returns_of
from training.policies.environments import env_options
from training.policies.session import ENOUGH, Session
from twin.errors import InputError

Env = gymnasium.Env[Any, Any]


def prepared(start: Start, settings: ImitationSettings) -> tuple[Env, Demonstrations, Demonstrations | None]:
    """One environment of the run, and what its dataset has to teach."""
    import envs  # noqa: F401 - registers

    config = start.config
    if config.data is None:
        raise InputError(f"{config.algo} learns from a dataset: give one with --data")
    if (now := about(config.data.path)[0]) != config.data.digest:
        raise InputError(
            f"{config.data.path}: its digest is {now[:16]} now and was {config.data.digest[:16]} when the run began; "
            "episodes were added or changed, so train anew"
        )
    env: Env = gymnasium.make(config.env, disable_env_checker=True, **env_options(config, len(config.curriculum)))
    try:
        data, validation = read(
            config.data.path,
            env,
            gamma=settings.gamma,
            reward_scale=settings.reward_scale,
            successes=settings.successes,
            splits=settings.splits,
            megabytes=settings.data_megabytes,
        )
    except BaseException:
        env.close()
        raise
    return env, data, validation


class DaggerLearner:
    """Rounds of driving and cloning. Every labelled episode is kept in the run's folder, for a resume."""

    def __init__(self, cloner: Cloner, env: Env, data: Demonstrations, settings: DaggerSettings, start: Start) -> None:
        self._cloner, self._env, self._settings = cloner, env, settings
        self._folder, self._seed = start.folder / "labelled", start.config.seed
        self._parts = [data]
        self._episodes: list[dict[str, Any]] = []
        self._teacher = agents.create("teacher", env.unwrapped)  # type: ignore[arg-type]

    @property
    def policy(self) -> ActorCriticPolicy:
        """As learned so far."""
        return self._cloner.policy

    @property
    def steps(self) -> int:
        """Updates so far."""
        return self._cloner.steps

    def learn(self, session: Session) -> None:
        """Updates, then a round of episodes, and again, until the session is over."""
        data, losses = joined(self._parts), []
        while not session.over(self.steps):
            if len(self._episodes) < self._due():
                self._drive_next()
                data = joined(self._parts) if len(self._episodes) == self._due() else data
                continue
            losses.append(self._cloner.update(data))
            if self.steps % self._settings.round_updates == 0 or session.over(self.steps):
                loss = float(np.mean(losses))
                self._cloner.log(loss=loss, episodes=len(self._episodes))
                session.row(self, self._episodes[-ENOUGH:], loss=loss)
                losses.clear()

    def state(self) -> State:
        """Policy, optimiser, and how many labelled episodes count."""
        state = self._cloner.state()
        return State(state.tensors, {**state.facts, "episodes": self._episodes})

    def restore(self, state: State) -> None:
        """Go on from there, with the episodes that were labelled by then."""
        self._cloner.restore(state)
        self._episodes = list(state.facts["episodes"])
        self._parts += [_load(self._file(number)) for number in range(len(self._episodes))]

    def start_from(self, policy: Mapping[str, torch.Tensor]) -> None:
        """Take over the weights of another run's policy."""
        self._cloner.start_from(policy)

    def close(self) -> None:
        """Free the environment."""
        self._env.close()

    def _due(self) -> int:
        """Episodes that there shall be after so many updates."""
        return self.steps // self._settings.round_updates * self._settings.round_episodes

    def _drive_next(self) -> None:
        number = len(self._episodes)
        share = self._settings.expert_share ** (1 + number // self._settings.round_episodes)
        part, told = self._drive(number, share)
        self._folder.mkdir(exist_ok=True)
        _save(self._file(number), part)
        self._parts.append(part)
        self._episodes.append(told)

    def _drive(self, number: int, share: float) -> tuple[Demonstrations, dict[str, Any]]:
        """One episode of the policy, the expert's actions as labels, and how it ended."""
        env, draw = self._env, np.random.default_rng((self._seed, number))
        observation, info = env.reset(seed=int(draw.integers(2**31)))
        self._teacher.reset(0)
        seen, labels, rewards = [], [], []
        over = False
        while not over:
            label = self._teacher.act(observation)
            action = label if draw.random() < share else self.policy.predict(observation, deterministic=True)[0]
            seen.append(observation)
            labels.append(label)
            observation, reward, ended, cut, info = env.step(action)
            rewards.append(float(reward))
            over = ended or cut
        data = Demonstrations(
            {name: np.stack([row[name] for row in seen]) for name in seen[0]},
            np.stack(labels).astype(np.float32),
            returns_of(np.array(rewards) * self._settings.reward_scale, self._settings.gamma),
        )
        return data, {"is_success": bool(info["is_success"]), "r": sum(rewards), "l": len(rewards)}

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:06d}.safetensors"


def _save(path: Path, part: Demonstrations) -> None:
    arrays = {f"observations/{name}": value for name, value in part.observations.items()}
    arrays |= {"actions": part.actions, "returns": part.returns}
    tensors.save(path, {name: torch.from_numpy(np.ascontiguousarray(v)) for name, v in arrays.items()}, {})


def _load(path: Path) -> Demonstrations:
    arrays = {name: tensor.numpy() for name, tensor in tensors.load(path)[0].items()}
    seen = {name.partition("/")[2]: value for name, value in arrays.items() if name.startswith("observations/")}
    return Demonstrations(seen, arrays["actions"], arrays["returns"])
