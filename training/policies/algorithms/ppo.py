"""Proximal policy optimisation."""

from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt, model_validator

from training.policies.algorithms._base import Algorithm, Learner, LogStd, Settings, Start

if TYPE_CHECKING:
    from stable_baselines3.common.callbacks import BaseCallback


class PpoSettings(Settings):
    """Named as in Stable-Baselines3."""

    n_envs: PositiveInt = 16
    n_steps: PositiveInt = 256
    """Of each environment between updates."""
    batch_size: int = Field(default=512, ge=2)
    n_epochs: PositiveInt = 6
    gae_lambda: float = Field(default=0.95, ge=0, le=1)
    clip_range: PositiveFloat = 0.2
    ent_coef: float = Field(default=0.0, ge=0)
    log_std_init: LogStd = -0.5
    """Of the exploration; a run that starts from another policy takes over that one's, cut down to this one where
    ``final_log_std`` is set."""
    final_log_std: LogStd | None = None
    """The most that is left of it at the end of the budget, on a line from ``log_std_init``; as learned where None."""
    warm_critic_steps: NonNegativeInt = 0
    """Steps at the beginning in which only the value function learns, for a policy that was cloned."""

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.n_envs * self.n_steps < 2:
            raise ValueError("n_envs times n_steps must be at least 2: advantages are told from each other")
        return self

    def arguments(self) -> dict[str, Any]:
        """Arguments of the algorithms of Stable-Baselines3."""
        names = {"n_steps", "batch_size", "n_epochs", "gae_lambda", "clip_range", "ent_coef"}
        return self.model_dump(include=names)

    def callbacks(self, start: Start) -> "list[BaseCallback]":
        """What else happens between rollouts."""
        from training.policies.narrowing import Narrowing
        from training.policies.warm_critic import WarmCritic

        found: list[BaseCallback] = []
        if self.warm_critic_steps:
            found.append(WarmCritic(self.warm_critic_steps))
        if self.final_log_std is not None:
            found.append(Narrowing(self.log_std_init, self.final_log_std, start.done))
        return found


def _learner(start: Start) -> Learner:
    from stable_baselines3 import PPO

    from training.policies.sb3_learner import Sb3Learner, common, environments

    s = PpoSettings.model_validate(start.config.settings.model_dump())
    model = PPO(
        "MultiInputPolicy",
        environments(start),
        **s.arguments(),
        **common(start, log_std_init=s.log_std_init),
    )
    return Sb3Learner(model, start, row_every=s.n_envs * s.n_steps, callbacks=s.callbacks(start))


ALGORITHM = Algorithm(
    name="ppo",
    network="actor_critic",
    settings=PpoSettings,
    learner=_learner,
)
