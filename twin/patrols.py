"""Kinematic bodies that walk their patrols: the same on every engine, because no engine moves them."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, hypot
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from twin import geometry
from twin.geometry import FloatArray
from twin.scene import Patrol, Scene


@dataclass(frozen=True, slots=True)
class _Path:
    """A patrol's polyline, there and back unless it loops, by arc length."""

    points: tuple[tuple[float, float], ...]
    marks: tuple[float, ...]  # arc length at each point, from 0

    @classmethod
    def of(cls, patrol: Patrol) -> "_Path":
        ring = patrol.waypoints + (patrol.waypoints[:1] if patrol.loop else patrol.waypoints[-2::-1])
        marks = [0.0]
        for (ax, ay), (bx, by) in pairwise(ring):
            marks.append(marks[-1] + hypot(bx - ax, by - ay))
        return cls(ring, tuple(marks))

    @property
    def length(self) -> float:
        return self.marks[-1]

    def at(self, travelled: float) -> tuple[float, float, float]:
        """x, y and heading after ``travelled`` metres."""
        s = travelled % self.length if self.length else 0.0
        i = min(bisect_right(self.marks, s), len(self.marks) - 1)
        if i == 0:
            return (*self.points[0], 0.0)
        (ax, ay), (bx, by) = self.points[i - 1], self.points[i]
        span = self.marks[i] - self.marks[i - 1]
        part = (s - self.marks[i - 1]) / span if span else 0.0
        return ax + part * (bx - ax), ay + part * (by - ay), atan2(by - ay, bx - ax)


PatrolState: TypeAlias = tuple[FloatArray, npt.NDArray[np.bool_]]


class Patrols:
    """Where every patrolling body is: what each has ``travelled`` (patrols,), metres, and who was ``moving``."""

    def __init__(self, scene: Scene) -> None:
        self._patrols = scene.patrols
        self._paths = tuple(_Path.of(p) for p in scene.patrols)
        self.bodies = tuple(scene.body_index[p.body] for p in scene.patrols)
        self._heights = [scene.bodies[row].pose.position[2] for row in self.bodies]
        self.travelled = np.zeros(len(self._patrols))
        self.moving = np.zeros(len(self._patrols), dtype=bool)
        self.reset()

    def reset(self, rng: np.random.Generator | None = None) -> None:
        """Back to the patrols' starts, or to starts drawn uniformly along their paths."""
        self.moving[:] = False
        for i, (patrol, path) in enumerate(zip(self._patrols, self._paths, strict=True)):
            self.travelled[i] = patrol.start if rng is None else rng.uniform(0.0, max(path.length, 1e-9))

    def save(self) -> PatrolState:
        """For going back to this moment."""
        return self.travelled.copy(), self.moving.copy()

    def restore(self, state: PatrolState) -> None:
        """Go back to a saved moment."""
        self.travelled[:], self.moving[:] = state

    def advance(self, seconds: float, robot_xy: tuple[float, float]) -> None:
        """Walk on; those who yield stop while a robot stands in their personal space, ahead or beside."""
        for i, (patrol, path) in enumerate(zip(self._patrols, self._paths, strict=True)):
            x, y, heading = path.at(self.travelled[i])
            dx, dy = robot_xy[0] - x, robot_xy[1] - y
            ahead = dx * np.cos(heading) + dy * np.sin(heading) > -0.3
            self.moving[i] = not (patrol.yields and ahead and hypot(dx, dy) < patrol.personal_space)
            if self.moving[i]:
                self.travelled[i] += patrol.speed * seconds

    def poses(self) -> FloatArray:
        """World poses, (patrols, 7)."""
        poses = np.empty((len(self._paths), 7))
        for i, path in enumerate(self._paths):
            x, y, heading = path.at(self.travelled[i])
            poses[i] = geometry.planar_pose(x, y, heading, self._heights[i])
        return poses

    def velocities(self) -> FloatArray:
        """Planar velocities (patrols, 2), m/s; zero for those who wait."""
        headings = [path.at(s)[2] for path, s in zip(self._paths, self.travelled, strict=True)]
        speed = np.array([p.speed for p in self._patrols]) * self.moving
        return np.stack([speed * np.cos(headings), speed * np.sin(headings)], axis=-1).reshape(-1, 2)
