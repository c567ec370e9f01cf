"""Training with Stable-Baselines3, for a number of steps or of minutes; stops with a checkpoint and goes on from it."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import VecEnv, VecMonitor

from training.policies import tensors
from training.policies.agent import save_policy
from training.policies.config import TrainConfig
from training.policies.features import POLICY_KWARGS
from training.policies.run import Run
from training.policies.sharded import ShardedVecEnv
from training.progress import Bar

CHECKPOINT_EVERY = 60.0
"""Seconds between checkpoints."""


def train(run: Run, bar: Bar, processes: int = 2) -> None:
    """Train until the run's budget is spent, from its checkpoint where there is one.

    Raises ``KeyboardInterrupt`` after saving when stopped.
    """
    config = run.config
    # More threads gain little on networks this small, and lose everything where another process wants the core.
    torch.set_num_threads(1)
    env = make_vec(config, processes)
    try:
        budget = Budget(config)
        model = _model(config, env, budget, run.path / "tensorboard")
        callback = _Report(run, budget, bar)
        if run.checkpoint.exists():
            _restore(run.checkpoint, model, budget)
            callback.curve = run.curve()
        try:
            model.learn(
                config.steps or 10**12, callback, reset_num_timesteps=False, tb_log_name="ppo", progress_bar=False
            )
        finally:
            callback.save(model)
    finally:
        env.close()


class Budget:
    """How much of the run is done, in steps or in seconds of training over all its sessions."""

    def __init__(self, config: TrainConfig) -> None:
        self._steps = config.steps
        self._seconds = config.minutes * 60 if config.minutes else None
        self._before = 0.0
        self._began = time.monotonic()
        self.steps = 0

    @property
    def seconds(self) -> float:
        """Seconds trained so far."""
        return self._before + time.monotonic() - self._began

    def start(self, seconds: float = 0.0) -> None:
        """Training begins now, after ``seconds`` in earlier sessions."""
        self._before, self._began = seconds, time.monotonic()

    @property
    def done(self) -> float:
        """Share of the budget that is used, in [0, 1]."""
        used = [
            self.steps / self._steps if self._steps else 0.0,
            self.seconds / self._seconds if self._seconds else 0.0,
        ]
        return min(1.0, max(used))


def make_vec(config: TrainConfig, processes: int) -> VecEnv:
    """The run's environments, each with layouts of its own where they are generated."""
    makers = [_maker(config, index) for index in range(config.settings.n_envs)]
    return VecMonitor(ShardedVecEnv(makers, processes), info_keywords=("is_success",))


def _maker(config: TrainConfig, index: int) -> Callable[[], gymnasium.Env[Any, Any]]:
    def make() -> gymnasium.Env[Any, Any]:
        import envs  # noqa: F401 - registers

        options = env_options(config, index)
        env: gymnasium.Env[Any, Any] = gymnasium.make(config.env, disable_env_checker=True, **options)
        return gymnasium.wrappers.TransformReward(env, lambda reward: float(reward) * config.settings.reward_scale)

    return make


def env_options(config: TrainConfig, index: int) -> dict[str, Any]:
    """Options of environment ``index``: its own share of the generated layouts, all of which stay loaded."""
    options = dict(config.env_options)
    if options.get("layout") == "generated":
        count = config.settings.layouts_per_env
        generator = dict(options.get("generator") or {})
        generator.setdefault("seeds", (config.seed * 1_000_003 + index * count, count))
        options |= {"generator": generator, "keep_sites": count}
    return options


def _model(config: TrainConfig, env: VecEnv, budget: Budget, log: Path) -> PPO:
    s = config.settings

    def learning_rate(_remaining: float) -> float:
        return s.learning_rate + budget.done * (s.final_learning_rate - s.learning_rate)

    return PPO(
        "MultiInputPolicy",
        env,
        learning_rate=learning_rate,
        n_steps=s.n_steps,
        batch_size=s.batch_size,
        n_epochs=s.n_epochs,
        gamma=s.gamma,
        gae_lambda=s.gae_lambda,
        clip_range=s.clip_range,
        ent_coef=s.ent_coef,
        policy_kwargs={"net_arch": list(s.net_arch), "log_std_init": s.log_std_init, **POLICY_KWARGS},
        tensorboard_log=str(log),
        seed=config.seed,
        device="cpu",
    )


class _Report(BaseCallback):
    """Moves the bar, keeps the learning curve, saves now and then, and stops when the budget is spent."""

    def __init__(self, run: Run, budget: Budget, bar: Bar) -> None:
        super().__init__()
        self._run, self._budget, self._bar = run, budget, bar
        self._saved = time.monotonic()
        self.curve: list[dict[str, Any]] = []

    def _on_training_start(self) -> None:
        self._budget.start(self._budget.seconds if self._budget.steps else 0.0)

    def _on_step(self) -> bool:
        self._budget.steps = self.num_timesteps
        return self._budget.done < 1.0

    def _on_rollout_end(self) -> None:
        episodes = list(self.model.ep_info_buffer or ())
        row = {
            "steps": self.num_timesteps,
            "seconds": round(self._budget.seconds, 1),
            "success": float(np.mean([e["is_success"] for e in episodes])) if episodes else None,
            "reward": float(np.mean([e["r"] for e in episodes])) if episodes else None,
            "length": float(np.mean([e["l"] for e in episodes])) if episodes else None,
        }
        self.curve.append(row)
        rate = self.num_timesteps / max(self._budget.seconds, 1e-9)
        success = "-" if row["success"] is None else f"{row['success']:.2f}"
        self._bar.update(self._budget.done * 100, f"{self.num_timesteps} steps, {rate:.0f} steps/s, success {success}")
        if time.monotonic() - self._saved > CHECKPOINT_EVERY:
            self.save(self.model)

    def save(self, model: Any) -> None:
        """Write policy, checkpoint and curve."""
        self._saved = time.monotonic()
        config = self._run.config
        facts = {
            "env": config.env,
            "algo": config.algo,
            "steps": model.num_timesteps,
            "generator_version": config.generator_version,
        }
        save_policy(self._run.policy, model.policy, facts)
        _checkpoint(self._run.checkpoint, model, self._budget)
        self._run.save_curve(self.curve)


def _checkpoint(path: Path, model: PPO, budget: Budget) -> None:
    """Parameters and optimiser state in one file."""
    optimizer = model.policy.optimizer.state_dict()
    parts = {f"policy/{name}": tensor for name, tensor in model.policy.state_dict().items()}
    for index, slots in optimizer["state"].items():
        parts |= {f"optimizer/{index}/{slot}": torch.as_tensor(value) for slot, value in slots.items()}
    facts = {
        "steps": model.num_timesteps,
        "seconds": budget.seconds,
        "param_groups": json.loads(json.dumps(optimizer["param_groups"])),
    }
    tensors.save(path, parts, facts)


def _restore(path: Path, model: PPO, budget: Budget) -> None:
    parts, facts = tensors.load(path)
    state: dict[int, dict[str, torch.Tensor]] = {}
    policy = {}
    for name, tensor in parts.items():
        kind, _, rest = name.partition("/")
        if kind == "policy":
            policy[rest] = tensor
        else:
            index, _, slot = rest.partition("/")
            state.setdefault(int(index), {})[slot] = tensor
    model.policy.load_state_dict(policy)
    model.policy.optimizer.load_state_dict({"state": state, "param_groups": facts["param_groups"]})
    model.num_timesteps = budget.steps = int(facts["steps"])
    budget.start(float(facts["seconds"]))
