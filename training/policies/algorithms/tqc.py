"""Truncated quantile critics, by sb3-contrib: soft actor-critic that is less easily carried away."""

from pydantic import NonNegativeInt, PositiveInt

from training.policies.algorithms._base import Algorithm, Learner, Start
from training.policies.algorithms._replay import ReplaySettings, replay_arguments


class TqcSettings(ReplaySettings):
    """Named as in sb3-contrib."""

    n_quantiles: PositiveInt = 25
    """Of each of the two critics."""
    top_quantiles_to_drop_per_net: NonNegativeInt = 2


def _learner(start: Start) -> Learner:
    from sb3_contrib import TQC

    from training.policies.sb3_learner import ReplayLearner, common, environments

    s = TqcSettings.model_validate(start.config.settings.model_dump())
    env = environments(start)
    model = TQC(
        "MultiInputPolicy",
        env,
        top_quantiles_to_drop_per_net=s.top_quantiles_to_drop_per_net,
        **replay_arguments(s, env.observation_space, env.action_space),
        **common(start, n_quantiles=s.n_quantiles),
    )
    return ReplayLearner(model, start, keep=("log_ent_coef",))


ALGORITHM = Algorithm(name="tqc", network="tqc", settings=TqcSettings, learner=_learner)
