"""Chance: what any policy must beat."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from twin.streams import stream

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv


class RandomAgent:
    """Draws every action uniformly."""

    def __init__(self, env: "FactoryEnv", seed: int) -> None:
        self._shape = env.action_space.shape
        self.reset(seed)

    def reset(self, seed: int) -> None:
        """Draw from ``seed`` on."""
        self._rng = stream("agents/random", seed)  # an environment draws from NumPy's own for that seed

    def act(self, observation: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:  # noqa: ARG002
        """Uniform in the action space."""
        return self._rng.uniform(-1.0, 1.0, self._shape).astype(np.float32)


AGENT = RandomAgent
