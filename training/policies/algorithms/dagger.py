"""Dataset aggregation: the policy drives, the expert says what it would have done, and that is learned as well."""

from pydantic import Field, PositiveInt

from training.policies.algorithms._base import Algorithm, Learner, Start
from training.policies.algorithms._imitation import ImitationSettings


class DaggerSettings(ImitationSettings):
    """Those of cloning, and the rounds."""

    round_updates: PositiveInt = 1000
    """Updates before the first round, and after each."""
    round_episodes: PositiveInt = 10
    """That the policy drives in a round."""
    expert_share: float = Field(default=0.5, ge=0, lt=1)
    """Of the steps in the first round that the expert drives; in each later one this share of the one before."""


def _learner(start: Start) -> Learner:
    from training.policies.cloning import Cloner
    from training.policies.imitation import DaggerLearner, prepared

    settings = DaggerSettings.model_validate(start.config.settings.model_dump())
    env, data, _ = prepared(start, settings)
    cloner = Cloner(env, settings, start.learning_rate, start.config.seed, start.folder)
    return DaggerLearner(cloner, env, data, settings, start)


ALGORITHM = Algorithm(
    name="dagger",
    network="actor_critic",
    settings=DaggerSettings,
    learner=_learner,
    unit="updates",
    from_data=True,
)
