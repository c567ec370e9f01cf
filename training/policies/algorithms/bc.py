"""Behaviour cloning of what a dataset recorded."""

from training.policies.algorithms._base import Algorithm, Learner, Start
from training.policies.algorithms._imitation import ImitationSettings


class BcSettings(ImitationSettings):
    """Of behaviour cloning."""


def _learner(start: Start) -> Learner:
    from training.policies.cloning import Cloner, CloningLearner
    from training.policies.imitation import prepared

    settings = BcSettings.model_validate(start.config.settings.model_dump())
    env, data, validation = prepared(start, settings)
    try:
        cloner = Cloner(env, settings, start.learning_rate, start.config.seed, start.folder)
    finally:
        env.close()
    return CloningLearner(cloner, data, validation)


ALGORITHM = Algorithm(
    name="bc",
    network="actor_critic",
    settings=BcSettings,
    learner=_learner,
    unit="updates",
    from_data=True,
    episodes=False,
)
