"""Proximal policy optimisation of a policy that remembers, by sb3-contrib."""

from pydantic import PositiveInt

from training.policies.algorithms._base import Algorithm, Learner, Start
from training.policies.algorithms.ppo import PpoSettings


class RecurrentPpoSettings(PpoSettings):
    """Those of PPO, and the memory."""

    batch_size: PositiveInt = 1024
    n_epochs: PositiveInt = 4
    net_arch: tuple[PositiveInt, ...] = (64,)
    """Units of each hidden layer after the memory."""
    lstm_hidden_size: PositiveInt = 128
    """Units of the memory, of which actor and critic have one each."""


def _learner(start: Start) -> Learner:
    from sb3_contrib import RecurrentPPO

    from training.policies.sb3_learner import Sb3Learner, common, environments

    s = RecurrentPpoSettings.model_validate(start.config.settings.model_dump())
    model = RecurrentPPO(
        "MultiInputLstmPolicy",
        environments(start),
        **s.arguments(),
        **common(start, log_std_init=s.log_std_init, lstm_hidden_size=s.lstm_hidden_size),
    )
    return Sb3Learner(model, start, row_every=s.n_envs * s.n_steps, callbacks=s.callbacks(start))


ALGORITHM = Algorithm(
    name="recurrent_ppo",
    network="recurrent",
    settings=RecurrentPpoSettings,
    learner=_learner,
)
