"""Who does nothing: what time alone brings."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv


class ZeroAgent:
    """Stands still."""

    def __init__(self, env: "FactoryEnv", seed: int = 0) -> None:  # noqa: ARG002
        self._action = np.zeros(env.action_space.shape or (), dtype=np.float32)

    def reset(self, seed: int) -> None:
        """Nothing to remember."""

    def act(self, observation: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:  # noqa: ARG002
        """Zero."""
        return self._action.copy()


AGENT = ZeroAgent
