"""What is noted of an episode while it is driven: places, distances, and what the robot came near to or touched."""

from typing import TYPE_CHECKING

import numpy as np

from envs import metrics
from envs.footprint_kernels import nearest
from envs.shield import extents
from training.evaluation.causes import TOUCHED, kind_of
from twin.geometry import FloatArray

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv

MOVERS = ("person", "vehicle")
FAR = 10.0
"""Metres noted where nothing is near."""


class Trace:
    """One row a control step, the first at the start."""

    def __init__(self, env: "FactoryEnv") -> None:
        """``env`` was just reset."""
        self._env = env
        scene = env.world.scene
        kinds = {instance.id: kind_of(instance) for instance in scene.instances}
        self._kinds = [kinds.get(body.instance, TOUCHED[-1]) for body in scene.bodies]
        self._mover = np.zeros(1 + max((i.id for i in scene.instances), default=0), dtype=bool)
        self._mover[[i.id for i in scene.instances if kinds[i.id] in MOVERS and i.body != env.world.mobile.name]] = True
        rows = [scene.body_index[i.body] for i in scene.instances if self._mover[i.id]]
        self._mover_rows = np.array(rows, dtype=np.intp)
        self._box = extents(env.robot)
        self._way: list[tuple[float, float]] = []
        self._distances: list[float] = []
        self._gaps: list[float] = []
        self._mover_gaps: list[float] = []
        self.touched: tuple[str, ...] = ()
        """Kinds of what the robot touched in the first step with contact, the gravest first."""
        self.speed_at_contact = 0.0
        """m/s, over the step before contact or that of contact, which brakes it; whichever is more."""
        self.add()

    def add(self) -> None:
        """Note the step that was just made."""
        env = self._env
        x, y, _ = env.state.pose
        self._way.append((float(x), float(y)))
        self._distances.append(float(env.state.distance_to_goal))
        gap, mover_gap = self._look()
        self._gaps.append(gap)
        self._mover_gaps.append(mover_gap)
        if env.state.contact and not self.touched:
            kinds = {self._kinds[row] for row in env.world.touching()}
            self.touched = tuple(kind for kind in TOUCHED if kind in kinds) or TOUCHED[-1:]
            self.speed_at_contact = float(metrics.speeds(np.array(self._way[-3:]), self.period).max())

    @property
    def period(self) -> float:
        """Seconds a step."""
        return self._env.world.control_period

    @property
    def way(self) -> FloatArray:
        """Places (n, 2) m."""
        return np.array(self._way)

    @property
    def movers(self) -> FloatArray:
        """Where people and vehicles are now (n, 2) m."""
        return self._env.world.poses()[self._mover_rows, :2]

    @property
    def distances(self) -> FloatArray:
        """Shortest way left to the goal (n,) m."""
        return np.array(self._distances)

    @property
    def gaps(self) -> FloatArray:
        """From the footprint to the nearest thing at the height of the lidar (n,) m."""
        return np.array(self._gaps)

    @property
    def mover_gaps(self) -> FloatArray:
        """The same to people and vehicles alone."""
        return np.array(self._mover_gaps)

    def _look(self) -> tuple[float, float]:
        """Gaps by the lidar's true returns, which draw no random number."""
        returns = self._env.world.lidar_labelled()
        x, y, yaw = self._env.state.pose
        points, box = np.ascontiguousarray(returns.points[:, :2]), self._box
        movers = np.ascontiguousarray(points[self._mover[returns.instance]])
        gaps = (nearest(x, y, yaw, box, points), nearest(x, y, yaw, box, movers))
        return float(np.clip(gaps[0], 0.0, FAR)), float(np.clip(gaps[1], 0.0, FAR))
