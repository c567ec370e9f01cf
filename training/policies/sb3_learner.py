"""Algorithms of Stable-Baselines3 as learners."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback, CallbackList
from stable_baselines3.common.off_policy_algorithm import OffPolicyAlgorithm
from stable_baselines3.common.policies import BasePolicy
from stable_baselines3.common.type_aliases import TrainFreq, TrainFrequencyUnit
from stable_baselines3.common.vec_env import VecEnv

from training.policies.algorithms import Start, State
from training.policies.environments import make_vec
from training.policies.features import POLICY_KWARGS
from training.policies.session import ENOUGH, Session
from training.policies.state_dicts import flat, nested
from twin.errors import InputError

FOREVER = 10**15


def common(start: Start, **policy: Any) -> dict[str, Any]:
    """Arguments that every algorithm is made with; ``policy``: of the network."""
    s = start.config.settings
    return {
        "learning_rate": start.learning_rate,
        "gamma": s.gamma,
        "policy_kwargs": {"net_arch": list(s.net_arch), **POLICY_KWARGS, **policy},
        "stats_window_size": max(ENOUGH, 4 * getattr(s, "n_envs", 1)),
        "tensorboard_log": str(start.folder / "tensorboard"),
        "seed": start.config.seed,
        "device": "cpu",
    }


def environments(start: Start) -> VecEnv:
    """Those of the first stage."""
    return make_vec(start.config, 0, start.threads)


class Sb3Learner:
    """Learns until the session is over, and stops only between a rollout and the next one."""

    def __init__(
        self,
        model: BaseAlgorithm,
        start: Start,
        *,
        row_every: int = 4096,
        keep: Sequence[str] = (),
        callbacks: Sequence[BaseCallback] = (),
    ) -> None:
        """``row_every``: steps between rows of the curve. ``keep``: what else the model learns, by attribute."""
        self.model = model
        self.row_every = row_every
        self._start = start
        self._keep = keep
        self._callbacks = list(callbacks)
        self._stage = 0

    @property
    def policy(self) -> BasePolicy:
        """As learned so far."""
        return self.model.policy

    @property
    def steps(self) -> int:
        """Of all environments together."""
        return self.model.num_timesteps

    def learn(self, session: Session) -> None:
        """Go on, in one stage of the curriculum after the other."""
        while not session.over(self.steps):
            if session.stage != self._stage:
                self._enter(session.stage)
            with suppress(_BetweenRollouts), self._told_where_it_diverges():
                self.model.learn(
                    FOREVER,
                    CallbackList([_Watch(self, session), *self._callbacks]),
                    reset_num_timesteps=False,
                    tb_log_name=self._start.config.algo,
                )

    def state(self) -> State:
        """Parameters, optimisers, what else is learned, and the random streams."""
        tensors, facts = flat(self.model.get_parameters())
        kept = {name: getattr(self.model, name) for name in self._keep}
        tensors |= {f"kept/{name}": value.detach() for name, value in kept.items() if value is not None}
        drawn: Any = np.random.get_state(legacy=False)  # noqa: NPY002 - Stable-Baselines3 draws from it
        keys = torch.from_numpy(drawn["state"]["key"].astype(np.int64))
        tensors |= {"random/torch": torch.get_rng_state(), "random/numpy": keys}
        return State(tensors, {"parts": facts, "numpy": int(drawn["state"]["pos"]), "steps": self.steps})

    def restore(self, state: State) -> None:
        """Go on from there; the episodes that were running are begun anew."""
        tensors = dict(state.tensors)
        torch.set_rng_state(tensors.pop("random/torch"))
        keys = tensors.pop("random/numpy").numpy().astype(np.uint32)
        np.random.set_state(("MT19937", keys, int(state.facts["numpy"]), 0, 0.0))  # noqa: NPY002
        for name in self._keep:
            if f"kept/{name}" in tensors:
                getattr(self.model, name).data.copy_(tensors.pop(f"kept/{name}"))
        self.model.set_parameters(nested(tensors, state.facts["parts"]), device="cpu")  # type: ignore[arg-type]
        self.model.num_timesteps = int(state.facts["steps"])
        self._reseed()

    def start_from(self, policy: Mapping[str, torch.Tensor]) -> None:
        """Take over the weights of another run's policy."""
        self.model.policy.load_state_dict(dict(policy))

    def close(self) -> None:
        """Free the environments."""
        if self.model.env is not None:
            self.model.env.close()

    @contextmanager
    def _told_where_it_diverges(self) -> Iterator[None]:
        try:
            yield
        except ValueError as error:  # a distribution of what is no number
            if all(bool(p.isfinite().all()) for p in self.policy.parameters()):
                raise
            raise InputError(
                f"training diverged: after {self.steps} steps the policy's weights are no numbers; lower "
                f"learning_rate ({self._start.config.settings.learning_rate:g}), or raise batch_size"
            ) from error

    def _enter(self, stage: int) -> None:
        """New environments, of another stage."""
        self.close()
        self.model.set_env(make_vec(self._start.config, stage, self._start.threads))
        self.model.ep_info_buffer = None  # made anew: what was achieved before says nothing about this stage
        self._stage = stage
        self._reseed()

    def _reseed(self) -> None:
        """Episodes after a restart are others than those before it, and the same each time."""
        draw = np.random.SeedSequence((self._start.config.seed, self.steps)).generate_state(1)
        if self.model.env is not None and self.steps:
            self.model.env.seed(int(draw[0]))


class ReplayLearner(Sb3Learner):
    """Learns from a memory of steps, which a resume fills again with what the policy does by then."""

    model: OffPolicyAlgorithm

    def learn(self, session: Session) -> None:
        """Go on."""
        if self.steps:
            self._callbacks = [*self._callbacks, _Refill(session)]
        super().learn(session)


class _BetweenRollouts(Exception):  # noqa: N818 - not an error
    """Nothing is half done."""


class _Watch(BaseCallback):
    """Tells the session how it goes, and stops where that says so."""

    def __init__(self, learner: Sb3Learner, session: Session) -> None:
        super().__init__()
        self._learner, self._session = learner, session
        self._told = learner.steps

    def _on_rollout_start(self) -> None:
        session, stage, since = self._session, self._session.stage, self.num_timesteps - self._told
        if since >= self._learner.row_every or (since and session.over(self.num_timesteps)):
            self._told = self.num_timesteps
            session.row(self._learner, list(self.model.ep_info_buffer or ()), self.model._stats_window_size)
        if session.over(self.num_timesteps) or session.stage != stage:
            raise _BetweenRollouts

    def _on_step(self) -> bool:
        return True


class _Refill(BaseCallback):
    """Before training: as many steps by the policy as there were at random before the first update.

    They count for nothing, so that as many updates follow as without the interruption.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def _on_training_start(self) -> None:
        model: Any = self.model
        if model.replay_buffer.size():
            return
        steps = model.num_timesteps
        frequency = TrainFreq(-(-model.learning_starts // model.n_envs), TrainFrequencyUnit.STEP)
        if frequency.frequency:
            until = _Until(model, lambda: self._session.over(steps))
            model.collect_rollouts(
                model.env, until, train_freq=frequency, learning_starts=0, replay_buffer=model.replay_buffer
            )
        model.num_timesteps = steps

    def _on_step(self) -> bool:
        return True


class _Until(BaseCallback):
    """Tells nobody, and stops where the sitting is over."""

    def __init__(self, model: BaseAlgorithm, over: Callable[[], bool]) -> None:
        super().__init__()
        self._over = over
        self.init_callback(model)

    def _on_step(self) -> bool:
        return not self._over()
