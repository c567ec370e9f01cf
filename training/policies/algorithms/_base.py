"""What an algorithm is: its settings, and how a learner is made from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from pydantic import Field, PositiveFloat

from twin.file_model import FileModel

if TYPE_CHECKING:
    import torch
    from stable_baselines3.common.policies import BasePolicy

    from training.policies.config import TrainConfig
    from training.policies.session import Session


LogStd = Annotated[float, Field(ge=-20, le=2)]
"""Logarithm of the deviation of actions; in Stable-Baselines3, SAC's is within these bounds."""


class Settings(FileModel):
    """What all algorithms share."""

    learning_rate: PositiveFloat = 5e-4
    final_learning_rate: PositiveFloat = 1e-4
    """Reached linearly at the end of the budget."""
    gamma: float = Field(default=0.99, gt=0, lt=1)
    """Discount a step."""
    reward_scale: PositiveFloat = 0.1
    """Rewards are multiplied by it, so that returns are of the size of one."""
    net_arch: tuple[Annotated[int, Field(ge=1, le=16_384)], ...] = Field(default=(256, 128), max_length=16)
    """Units of each hidden layer."""
    layouts: int = Field(default=192, ge=1, le=1_000_000)
    """How many generated layouts there are to train in."""


@dataclass(frozen=True)
class State:
    """What training goes on from: tensors by name, and the rest as JSON."""

    tensors: "Mapping[str, torch.Tensor]"
    facts: Mapping[str, Any] = field(default_factory=dict)


class Learner(Protocol):
    """Something that learns a policy."""

    @property
    def policy(self) -> "BasePolicy":
        """As learned so far."""

    @property
    def steps(self) -> int:
        """Taken so far, in earlier sessions too."""

    def learn(self, session: "Session") -> None:
        """Go on until the session is over; only ever stop where a checkpoint is whole."""

    def state(self) -> State:
        """Everything a checkpoint holds."""

    def restore(self, state: State) -> None:
        """Go on from there."""

    def start_from(self, policy: "Mapping[str, torch.Tensor]") -> None:
        """Take over the weights of another run's policy."""

    def close(self) -> None:
        """Free the environments."""


@dataclass(frozen=True)
class Start:
    """What a learner is made from."""

    config: "TrainConfig"
    folder: Path
    """Of the run."""
    learning_rate: Callable[[float], float]
    """By the share of the budget that is used; the argument is not."""
    done: Callable[[], float]
    """That share, in [0, 1]."""
    threads: int | None = None
    """That step environments."""


@dataclass(frozen=True)
class Algorithm:
    """One way to learn. A file beside this one holds one as ``ALGORITHM``."""

    name: str
    network: str
    """Name in ``training.policies.networks``."""
    settings: type[Settings]
    learner: Callable[[Start], Learner]
    unit: str = "steps"
    """What its budget counts: steps of one environment, or updates."""
    from_data: bool = False
    """Whether it learns from a dataset."""
    episodes: bool = True
    """Whether it drives itself, so that its success rate is known while it learns."""
