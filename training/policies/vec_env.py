"""Vector environments of Gymnasium, such as ours, for Stable-Baselines3."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import gymnasium
import numpy as np
import numpy.typing as npt
from gymnasium.vector import AutoresetMode, VectorEnv
from stable_baselines3.common.env_util import is_wrapped
from stable_baselines3.common.vec_env import VecEnv, VecEnvWrapper
from stable_baselines3.common.vec_env.base_vec_env import VecEnvIndices, VecEnvObs, VecEnvStepReturn

from twin.errors import InputError


class GymnasiumVecEnv(VecEnv):
    """A Gymnasium vector environment that resets in the step in which an episode ends.

    What Stable-Baselines3 wants to know of an ended episode it finds in its info: ``terminal_observation``,
    ``TimeLimit.truncated`` and the scores. What the new episode began with is in ``reset_infos``.
    """

    def __init__(self, env: VectorEnv[Any, Any, Any]) -> None:
        """Raises ``InputError`` for another autoreset mode."""
        mode = env.metadata.get("autoreset_mode")
        if mode != AutoresetMode.SAME_STEP:
            raise InputError(f"the vector environment must reset in the same step, its mode is {mode}")
        self.env = env
        self.envs: Sequence[gymnasium.Env[Any, Any]] = env.unwrapped.envs  # type: ignore[attr-defined]
        self._actions: npt.NDArray[Any]
        super().__init__(env.num_envs, env.single_observation_space, env.single_action_space)

    def reset(self) -> VecEnvObs:
        """New episodes everywhere, with the seeds and options that were set for this reset."""
        observations, infos = self._begin(None)
        self.reset_infos = [_row(infos, k) for k in range(self.num_envs)]
        for k, options in enumerate(self._options):
            if options:  # theirs are for all; so once more, for this one
                only = {**options, "reset_mask": np.arange(self.num_envs) == k}
                observations, infos = self._begin(only)
                self.reset_infos[k] = _row(infos, k)
        self._reset_seeds()
        self._reset_options()
        return deepcopy(observations)

    def step_async(self, actions: npt.NDArray[Any]) -> None:
        """Keep the actions for ``step_wait``."""
        self._actions = actions

    def step_wait(self) -> VecEnvStepReturn:
        """Step all; arrays are copies, for the learner keeps them while the environment goes on."""
        observations, rewards, terminated, truncated, infos = self.env.step(self._actions)
        dones = terminated | truncated
        told: list[dict[str, Any]] = [{"TimeLimit.truncated": False} for _ in range(self.num_envs)]
        for k in np.flatnonzero(dones).tolist():
            told[k] = {
                **_row(infos["final_info"], k),
                "terminal_observation": infos["final_obs"][k],
                "TimeLimit.truncated": bool(truncated[k] and not terminated[k]),
            }
            again = {name: value for name, value in infos.items() if name not in ("final_info", "final_obs")}
            self.reset_infos[k] = _row(again, k)
        return deepcopy(observations), rewards.astype(np.float32), dones.copy(), told

    def close(self) -> None:
        """Free all worlds."""
        self.env.close()

    def get_images(self) -> Sequence[npt.NDArray[Any] | None]:
        """A picture of each environment, None where no ``render_mode`` was chosen."""
        images: Any = self.env.render()
        return [None] * self.num_envs if images is None else list(images)

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """Attribute of each environment."""
        return [env.get_wrapper_attr(attr_name) for env in self._chosen(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Set an attribute of each environment."""
        for env in self._chosen(indices):
            setattr(env, attr_name, value)

    def env_method(
        self, method_name: str, *method_args: Any, indices: VecEnvIndices = None, **method_kwargs: Any
    ) -> list[Any]:
        """Call a method of each environment."""
        return [env.get_wrapper_attr(method_name)(*method_args, **method_kwargs) for env in self._chosen(indices)]

    def env_is_wrapped(
        self, wrapper_class: type[gymnasium.Wrapper[Any, Any, Any, Any]], indices: VecEnvIndices = None
    ) -> list[bool]:
        """Whether each environment has a wrapper of that class."""
        return [is_wrapped(env, wrapper_class) for env in self._chosen(indices)]

    def _begin(self, options: dict[str, Any] | None) -> tuple[Any, dict[str, Any]]:
        seeds: Any = self._seeds  # Gymnasium types one number only, and takes one for each
        return self.env.reset(seed=seeds, options=options)

    def _chosen(self, indices: VecEnvIndices) -> list[gymnasium.Env[Any, Any]]:
        return [self.envs[k] for k in self._get_indices(indices)]


class ScaledRewards(VecEnvWrapper):
    """Multiplies every reward; around a monitor, which goes on telling what was really earned."""

    def __init__(self, env: VecEnv, scale: float) -> None:
        super().__init__(env)
        self._scale = scale

    def reset(self) -> VecEnvObs:
        """As it is."""
        return self.venv.reset()

    def step_wait(self) -> VecEnvStepReturn:
        """With the rewards scaled."""
        observations, rewards, dones, infos = self.venv.step_wait()
        return observations, rewards * np.float32(self._scale), dones, infos


def _row(infos: dict[str, Any], k: int) -> dict[str, Any]:
    """What the infos of all say about environment ``k``, as Python's own numbers."""
    row = {}
    for name, values in infos.items():
        if not name.startswith("_") and infos[f"_{name}"][k]:
            value = _row(values, k) if isinstance(values, dict) else values[k]
            row[name] = value.item() if isinstance(value, np.generic) else value
    return row
