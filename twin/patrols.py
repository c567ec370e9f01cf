"""Kinematic bodies that walk their patrols: the same on every engine, because no engine moves them."""

from itertools import pairwise
from math import hypot
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from twin import geometry
from twin.geometry import FloatArray
from twin.patrol_kernels import place, walk
from twin.scene import Patrol, Scene

PatrolState: TypeAlias = tuple[FloatArray, npt.NDArray[np.bool_]]


class Patrols:
    """Where every patrolling body is: what each has ``travelled`` (patrols,), metres, and who was ``moving``."""

    def __init__(self, scene: Scene) -> None:
        self._patrols = scene.patrols
        rings = [_ring(p) for p in scene.patrols]
        self._corners = np.array([corner for ring in rings for corner in ring]).reshape(-1, 2)
        self._marks = np.array([mark for ring in rings for mark in _marks(ring)])
        self._first = np.cumsum([0, *(len(ring) for ring in rings)])
        self._speed = np.array([p.speed for p in scene.patrols])
        self._space = np.array([p.personal_space if p.yields else 0.0 for p in scene.patrols])
        self.bodies = tuple(scene.body_index[p.body] for p in scene.patrols)
        self._heights = np.array([scene.bodies[row].pose.position[2] for row in self.bodies])
        self.travelled = np.zeros(len(self._patrols))
        self.moving = np.zeros(len(self._patrols), dtype=bool)
        self._where = np.zeros((len(self._patrols), 3))
        self.reset()

    def reset(self, rng: np.random.Generator | None = None) -> None:
        """Back to the patrols' starts, or to starts drawn uniformly along their paths."""
        self.moving[:] = False
        for i, patrol in enumerate(self._patrols):
            length = float(self._marks[self._first[i + 1] - 1])
            self.travelled[i] = patrol.start if rng is None else rng.uniform(0.0, max(length, 1e-9))
        self._place()

    def save(self) -> PatrolState:
        """For going back to this moment."""
        return self.travelled.copy(), self.moving.copy()

    def restore(self, state: PatrolState) -> None:
        """Go back to a saved moment."""
        self.travelled[:], self.moving[:] = state
        self._place()

    def advance(self, seconds: float, robot_xy: tuple[float, float]) -> None:
        """Walk on; those who yield stop while a robot stands in their personal space, ahead or beside."""
        if self.bodies:
            walk(self._where, self._speed, self._space, seconds, *robot_xy, self.travelled, self.moving)
            self._place()

    def poses(self) -> FloatArray:
        """World poses, (patrols, 7)."""
        poses = np.zeros((len(self._where), 7))
        poses[:, :2] = self._where[:, :2]
        poses[:, 2] = self._heights
        poses[:, 3:] = geometry.quaternion_from_yaw(self._where[:, 2])
        return poses

    def velocities(self) -> FloatArray:
        """Planar velocities (patrols, 2), m/s; zero for those who wait."""
        speed, heading = self._speed * self.moving, self._where[:, 2]
        return np.stack([speed * np.cos(heading), speed * np.sin(heading)], axis=-1)

    def _place(self) -> None:
        place(self._corners, self._marks, self._first, self.travelled, self._where)


def _ring(patrol: Patrol) -> tuple[tuple[float, float], ...]:
    """The polyline that is walked again and again: there and back unless it loops."""
    return patrol.waypoints + (patrol.waypoints[:1] if patrol.loop else patrol.waypoints[-2::-1])


def _marks(ring: tuple[tuple[float, float], ...]) -> list[float]:
    """Arc length at each corner, from 0."""
    marks = [0.0]
    for (ax, ay), (bx, by) in pairwise(ring):
        marks.append(marks[-1] + hypot(bx - ax, by - ay))
    return marks
