"""One vector an observation, for learners that know no dictionaries.

Gymnasium's own ``wrappers.FlattenObservation`` does it for a single environment. Its vector wrappers of observations
refuse environments that reset in the step in which an episode ends, as ours do, for they would leave ``final_obs``
as it is.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Box, Dict, flatten, flatten_space
from gymnasium.vector import VectorEnv, VectorWrapper
from gymnasium.vector.utils import batch_space

from twin.errors import InputError

Flat = npt.NDArray[Any]


class FlatObservations(VectorWrapper):
    """Observations (num_envs, size) in the order of the dictionary's names: row k is what ``FlattenObservation`` gives.

    So are the rows of ``infos["final_obs"]``: vectors (size,), None where no episode has ended.
    """

    def __init__(self, env: VectorEnv[Any, Any, Any]) -> None:
        """Raises ``InputError`` where observations are no dictionary of arrays."""
        super().__init__(env)
        named = env.single_observation_space
        if not (isinstance(named, Dict) and all(isinstance(space, Box) for space in named.values())):
            raise InputError(f"only dictionaries of arrays can be made flat, not {named}")
        self._named = named
        self.single_observation_space = flatten_space(named)
        self.observation_space = batch_space(self.single_observation_space, env.num_envs)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Flat, dict[str, Any]]:
        """See ``VectorEnv``."""
        observations, infos = self.env.reset(seed=seed, options=options)  # type: ignore[arg-type] # one for each, too
        return self._flat(observations), infos

    def step(self, actions: Any) -> tuple[Flat, Any, Any, Any, dict[str, Any]]:
        """See ``VectorEnv``."""
        observations, rewards, terminated, truncated, infos = self.env.step(actions)
        if "final_obs" in infos:
            final = np.full(self.num_envs, None, dtype=object)
            for k in np.flatnonzero(infos["_final_obs"]).tolist():
                final[k] = flatten(self._named, infos["final_obs"][k])
            infos = {**infos, "final_obs": final}
        return self._flat(observations), rewards, terminated, truncated, infos

    def _flat(self, observations: dict[str, npt.NDArray[Any]]) -> Flat:
        rows = [observations[name].reshape(self.num_envs, -1) for name in self._named]
        return np.concatenate(rows, axis=1, dtype=self.single_observation_space.dtype)
