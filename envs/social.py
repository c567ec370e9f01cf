"""How considerate a way was: scores of an episode among people and vehicles that move.

They judge what happened, from the truth; ``metrics.near_misses`` is one of them, of a whole way.
"""

from math import hypot
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from envs.metrics import DRIVING, NEAR
from twin.geometry import FloatArray

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv
    from envs.navigation import NavigationState

PERSONAL = 0.5
"""Metres between outlines that people want to have to a robot (``Patrol.personal_space``)."""
AT_REST = 0.01
"""m/s up to which a part of the robot comes no nearer to anything."""
FAR_TIME = 10.0
"""Seconds to a collision from which on it does not matter when it would come."""


def caused_by_robot(robot: FloatArray, mover: FloatArray, towards: FloatArray) -> bool:
    """Whether a robot caused a collision: its part that touched came nearer to the other faster than that to it.

    Velocities (2,) m/s of the part and of the other; ``towards`` (2,) leads from the place of touch to the other's
    middle. Who runs into a robot that stands or drives away is the cause, and so is a robot that touches what stands.
    Feet that turn beside a robot at rest may touch it while their owner goes away: that is not the robot's doing.
    """
    least = AT_REST * hypot(*towards)
    return float(robot @ towards) > max(least, -float(mover @ towards))


class Moment(NamedTuple):
    """Where everybody was at a step."""

    time: float
    pose: FloatArray
    """Of the robot: x, y (m), heading (rad)."""
    places: FloatArray
    """Of the others, (movers, 2) m."""


class Company:
    """The rule that counts what the robot does to those who move, step by step."""

    def __init__(self, env: "FactoryEnv") -> None:
        from envs.shield import extents
        from twin.actors.columns import RADIUS, REACH

        self._env, self._box = env, extents(env.robot)
        shapes = env.world.patrols.shapes
        self._room = shapes[:, RADIUS] + shapes[:, REACH] + env.robot.radius
        self._moments: tuple[Moment, ...] = ()
        """The last three, as far as there were so many."""
        self._inside = np.zeros(len(shapes), dtype=bool)
        self._near = self._driven = self._touched = False
        self._near_misses = self._intrusions = self._caused = 0
        self._time_inside = 0.0
        self._soonest = FAR_TIME

    def begin(self, state: "NavigationState") -> "NavigationState":
        """Who is near already does not count as entered."""
        self._moments = (self._moment(state),)
        self._inside = self.gaps(state.pose) < PERSONAL
        return state

    def judge(self, before: "NavigationState", now: "NavigationState") -> "NavigationState":
        """Count; the state stays as it is."""
        from envs.mover_kernels import time_to_collision

        was, here = self._moments[-1], self._moment(now)
        self._moments = (*self._moments[-2:], here)
        period = here.time - was.time
        soonest = time_to_collision(was.pose, here.pose, was.places, here.places, self._room, period)
        self._soonest = min(self._soonest, soonest)
        gaps = self.gaps(now.pose)
        inside = gaps < PERSONAL
        self._intrusions += int((inside & ~self._inside).sum())
        self._time_inside += period * bool(inside.any())
        self._inside = inside
        self._count_near_miss(near=bool((gaps < NEAR).any()), contact=bool(now.contact))
        if now.contact and not before.contact:
            self._caused += self._caused_now(now.pose)
        return now

    def info(self) -> dict[str, Any]:
        """Counts so far."""
        return {
            "near_misses": self._near_misses + (self._near and self._driven and not self._touched),
            "intrusions": self._intrusions,
            "time_in_personal_space": self._time_inside,
            "min_time_to_collision": self._soonest,
            "caused_by_robot": self._caused,
        }

    def gaps(self, pose: tuple[float, float, float]) -> FloatArray:
        """Metres (movers,) from the robot's footprint at ``pose`` to each mover's outline; negative inside."""
        from envs.mover_kernels import outline_gaps

        patrols = self._env.world.patrols
        return outline_gaps(patrols.state, patrols.shapes, pose, self._box)

    def _count_near_miss(self, *, near: bool, contact: bool) -> None:
        """See ``metrics.near_misses``; one counts when it is over."""
        if not near:
            self._near_misses += self._near and self._driven and not self._touched
            self._driven = self._touched = False
        else:
            self._driven |= hypot(*self._twists()[-1, :2]) > DRIVING
            self._touched |= contact
        self._near = near

    def _moment(self, state: "NavigationState") -> Moment:
        return Moment(state.time, np.array(state.pose), self._env.world.patrols.state[:, :2].copy())

    def _twists(self) -> FloatArray:
        """Of the robot, in the world, over the last steps (1 or 2, 3)."""
        moved = np.diff([m.pose for m in self._moments], axis=0)
        moved[:, 2] = (moved[:, 2] + np.pi) % (2 * np.pi) - np.pi
        return moved / np.diff([m.time for m in self._moments])[:, None]

    def _velocities(self) -> FloatArray:
        """Of the others over the same, (1 or 2, movers, 2) m/s."""
        moved = np.diff([m.places for m in self._moments], axis=0)
        return np.asarray(moved / np.diff([m.time for m in self._moments])[:, None, None])

    def _caused_now(self, pose: tuple[float, float, float]) -> bool:
        """Whether the collision that begins is the robot's doing, by the speeds of this step or the one before."""
        world = self._env.world
        touched = [i for i, row in enumerate(world.patrols.bodies) if row in world.touching()]
        if not touched:
            return True
        at = world.contact_points()[:, :2].mean(axis=0)
        towards = self._moments[-1].places[touched] - at
        nearest = int(np.argmin(np.hypot(towards[:, 0], towards[:, 1])))
        arm, twists = at - pose[:2], self._twists()
        parts = twists[:, :2] + twists[:, 2:] * (-arm[1], arm[0])
        fastest = max(parts, key=lambda part: float(part @ towards[nearest]))
        other = min(self._velocities()[:, touched[nearest]], key=lambda v: float(v @ towards[nearest]))
        return caused_by_robot(fastest, other, towards[nearest])
