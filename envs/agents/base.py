"""The contract of everything that acts."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt


class Agent(Protocol):
    """Chooses actions in one environment."""

    def reset(self, seed: int) -> None:
        """An episode begins; what is random in it follows from ``seed``."""

    def act(self, observation: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:
        """The action for what is observed now."""
