"""Soft actor-critic."""

from training.policies.algorithms._base import Algorithm, Learner, Start
from training.policies.algorithms._replay import ReplaySettings, replay_arguments


class SacSettings(ReplaySettings):
    """Named as in Stable-Baselines3."""


def _learner(start: Start) -> Learner:
    from stable_baselines3 import SAC

    from training.policies.sb3_learner import ReplayLearner, common, environments

    s = SacSettings.model_validate(start.config.settings.model_dump())
    env = environments(start)
    replay = replay_arguments(s, env.observation_space, env.action_space)
    return ReplayLearner(SAC("MultiInputPolicy", env, **replay, **common(start)), start, keep=("log_ent_coef",))


ALGORITHM = Algorithm(name="sac", network="sac", settings=SacSettings, learner=_learner)
