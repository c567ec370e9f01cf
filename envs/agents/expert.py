"""The expert: a route on the known map, mended by the lidar, followed by a dynamic window."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from envs.agents.dwa import Window, choose
from twin import geometry
from twin.geometry import FloatArray
from twin.sensors.lidar import scan_points

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv

LOOK_AHEAD = 1.6
"""Metres along the route of the point it steers to."""
SIGHT = 4.0
"""Metres beyond which lidar points do not matter to the next two seconds."""


class Expert:
    """Plans on the environment's known map and pose, and sees loose things and people only through the lidar."""

    def __init__(self, env: "FactoryEnv", window: Window | None = None) -> None:
        self._env = env
        self._window = window or Window()
        drive = env.robot.drive
        self._limits = np.array([[drive.low[i], drive.high[i], drive.max_acceleration[i]] for i in (0, 2)])
        corners = np.array(env.robot.footprint)
        self._box = np.array([corners[:, 0].max(), -corners[:, 0].min(), corners[:, 1].max(), -corners[:, 1].min()])

    def reset(self, seed: int) -> None:
        """The expert is deterministic and keeps nothing between steps; the environment's navigator does."""

    def act(self, observation: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:  # noqa: ARG002
        """The action whose next two seconds look best."""
        env = self._env
        points = scan_points(env.lidar, env.state.lidar)
        points = points[np.hypot(points[:, 0], points[:, 1]) < SIGHT]
        target = self._target()
        now = (float(env.world.command[0]), float(env.world.command[2]))
        speed, turn, score = choose(
            self._window, now, self._limits, env.world.control_period, self._box, points, target
        )
        if score == -np.inf:
            speed, turn = 0.0, self._turn_towards(target)
        return env.action_for(np.array([speed, 0.0, turn]))

    def _target(self) -> FloatArray:
        """The point of the route to steer to, in the robot's frame (2,)."""
        x, y, yaw = self._env.state.pose
        point = self._env.navigator.ahead((x, y), [LOOK_AHEAD])[0]
        dx, dy = point[0] - x, point[1] - y
        return np.array([np.cos(yaw) * dx + np.sin(yaw) * dy, np.cos(yaw) * dy - np.sin(yaw) * dx])

    def _turn_towards(self, target: FloatArray) -> float:
        """Turn on the spot where every way is barred: a slow one, since the corners may touch something."""
        bearing = float(geometry.wrap_angle(np.arctan2(target[1], target[0])))
        return float(np.clip(bearing, -0.5, 0.5))
