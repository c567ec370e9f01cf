"""What algorithms share that learn from recorded episodes."""

from pydantic import Field, PositiveFloat, PositiveInt

from training.policies.algorithms._base import LogStd, Settings


class ImitationSettings(Settings):
    """Of behaviour cloning."""

    learning_rate: PositiveFloat = 1e-3
    final_learning_rate: PositiveFloat = 1e-4
    batch_size: PositiveInt = 256
    successes: bool = True
    """Learn only from episodes that arrived."""
    splits: tuple[str, ...] = ("train",)
    """Of the dataset; `val` serves to validate, unless it is among them."""
    value_coef: float = Field(default=0.5, ge=0)
    """Weight of learning the value function from the recorded rewards, which PPO starts from."""
    log_std_init: LogStd = -1.0
    """Of the exploration that the policy is left with ..."""
    learn_std: bool = False
    """... unless it is learned as well."""
    data_megabytes: PositiveFloat = 2048
    """Memory that the dataset may take."""
