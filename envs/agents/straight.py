"""Who knows where to and nothing else."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from twin import geometry

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv


class StraightAgent:
    """Turns to the goal and drives, whatever is in between."""

    def __init__(self, env: "FactoryEnv", seed: int = 0) -> None:  # noqa: ARG002
        self._env = env

    def reset(self, seed: int) -> None:
        """Nothing to remember."""

    def act(self, observation: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:  # noqa: ARG002
        """Full speed where it faces the goal, turning on the spot where it does not."""
        x, y, yaw = self._env.state.pose
        goal_x, goal_y = self._env.state.goal
        bearing = float(geometry.wrap_angle(np.arctan2(goal_y - y, goal_x - x) - yaw))
        high = self._env.robot.drive.high
        speed = high[0] * max(0.0, np.cos(bearing)) ** 4
        return self._env.actions.towards(np.array([speed, 0.0, np.clip(3.0 * bearing, -high[2], high[2])]))


AGENT = StraightAgent
