"""How considerate a way was: scores of an episode among people and vehicles that move.

They judge what happened, from the truth; ``metrics.near_misses`` is one of them, of a whole way.
"""

from math import hypot
from typing import TYPE_CHECKING, Any

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


def intrusions(gaps: FloatArray, space: float = PERSONAL) -> int:
    """How often somebody's personal space was entered.

    Each stretch of steps in which one of the ``gaps`` (n, movers) m between outlines is below ``space`` m counts once.
    """
    inside = np.vstack([np.zeros((1, gaps.shape[1]), dtype=bool), gaps < space])
    return int((~inside[:-1] & inside[1:]).sum())


def time_inside(gaps: FloatArray, period: float, space: float = PERSONAL) -> float:
    """Seconds with anybody's personal space entered, of ``gaps`` (n, movers) m taken ``period`` s apart."""
    return float((gaps < space).any(axis=1).sum() * period)


def times_to_collision(way: FloatArray, movers: FloatArray, room: FloatArray, period: float) -> FloatArray:
    """Seconds until the robot would touch anybody if both went on as they do, soonest of all (n - 1,); inf for never.

    ``way`` (n, 2) and ``movers`` (n, movers, 2): places (m) at steps ``period`` s apart. ``room`` (movers,): the two
    radii together, m. Who touches is at 0 while coming nearer, and at inf while parting (van der Horst, 1990).
    """
    apart = movers[1:] - way[1:, None]
    closing = (np.diff(way, axis=0)[:, None] - np.diff(movers, axis=0)) / period
    toward = np.einsum("nmk,nmk->nm", apart, closing)
    square = np.einsum("nmk,nmk->nm", closing, closing)
    beyond = np.einsum("nmk,nmk->nm", apart, apart) - room**2
    under = toward**2 - square * beyond
    meets = (toward > 0.0) & (under >= 0.0)
    times = np.full(toward.shape, np.inf)
    # The same root as (toward - sqrt(under)) / square, without a difference of nearly equal numbers.
    times[meets] = np.maximum(beyond[meets], 0.0) / (toward[meets] + np.sqrt(under[meets]))
    return np.min(times, axis=1, initial=np.inf)


def outline_gaps(env: "FactoryEnv", pose: tuple[float, float, float]) -> FloatArray:
    """Metres (movers,) from the robot's footprint at ``pose`` to each mover's outline of discs; negative inside."""
    from envs.footprint_kernels import nearest
    from envs.shield import extents
    from twin.actors.bodies import disc_offsets
    from twin.actors.columns import HEADING, RADIUS

    patrols, box = env.world.patrols, extents(env.robot)
    gaps = np.empty(len(patrols.bodies))
    for i, (row, shape) in enumerate(zip(patrols.state, patrols.shapes, strict=True)):
        c, s = np.cos(row[HEADING]), np.sin(row[HEADING])
        discs = row[:2] + disc_offsets(shape)[:, None] * (c, s)
        gaps[i] = nearest(*pose, box, discs) - shape[RADIUS]
    return gaps


def caused_by_robot(robot: FloatArray, mover: FloatArray, towards: FloatArray) -> bool:
    """Whether a robot caused a collision: its part that touched came nearer to the other faster than that to it.

    Velocities (2,) m/s of the part and of the other; ``towards`` (2,) leads from the place of touch to the other's
    middle. Who runs into a robot that stands or drives away is the cause, and so is a robot that touches what stands.
    Feet that turn beside a robot at rest may touch it while their owner goes away: that is not the robot's doing.
    """
    least = AT_REST * hypot(*towards)
    return float(robot @ towards) > max(least, -float(mover @ towards))


class Company:
    """The rule that counts what the robot does to those who move, step by step."""

    def __init__(self, env: "FactoryEnv") -> None:
        from twin.actors.columns import RADIUS, REACH

        self._env = env
        patrols = env.world.patrols
        self._room = patrols.shapes[:, RADIUS] + patrols.shapes[:, REACH] + env.robot.radius
        self._places = patrols.state[:, :2].copy()
        self._velocities = np.zeros((2, len(self._places), 2))
        """m/s, over the last step and the one before."""
        self._twists = np.zeros((2, 3))
        """Of the robot, in the world, over the same."""
        self._inside = np.zeros(len(self._places), dtype=bool)
        self._near = self._driven = self._touched = False
        self._near_misses = self._intrusions = self._caused = 0
        self._time_inside = 0.0
        self._soonest = FAR_TIME

    def begin(self, state: "NavigationState") -> "NavigationState":
        """Who is near already does not count as entered."""
        self._inside = outline_gaps(self._env, state.pose) < PERSONAL
        return state

    def judge(self, before: "NavigationState", now: "NavigationState") -> "NavigationState":
        """Count; the state stays as it is."""
        period = now.time - before.time
        places = self._env.world.patrols.state[:, :2]
        moved = np.subtract(now.pose, before.pose)
        moved[2] = (moved[2] + np.pi) % (2 * np.pi) - np.pi
        self._twists = np.stack([moved / period, self._twists[0]])
        self._velocities = np.stack([(places - self._places) / period, self._velocities[0]])
        way, movers = np.array([before.pose[:2], now.pose[:2]]), np.stack([self._places, places])
        self._soonest = min(self._soonest, float(times_to_collision(way, movers, self._room, period)[0]))
        self._places = places.copy()
        gaps = outline_gaps(self._env, now.pose)
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

    def _count_near_miss(self, *, near: bool, contact: bool) -> None:
        """See ``metrics.near_misses``; one counts when it is over."""
        if not near:
            self._near_misses += self._near and self._driven and not self._touched
            self._driven = self._touched = False
        else:
            self._driven |= hypot(*self._twists[0, :2]) > DRIVING
            self._touched |= contact
        self._near = near

    def _caused_now(self, pose: tuple[float, float, float]) -> bool:
        """Whether the collision that begins is the robot's doing, by the speeds of this step or the one before."""
        world = self._env.world
        touched = [i for i, row in enumerate(world.patrols.bodies) if row in world.touching()]
        if not touched:
            return True
        at = world.contact_points()[:, :2].mean(axis=0)
        towards = self._places[touched] - at
        nearest = int(np.argmin(np.hypot(towards[:, 0], towards[:, 1])))
        arm = at - pose[:2]
        parts = self._twists[:, :2] + self._twists[:, 2:] * (-arm[1], arm[0])
        fastest = max(parts, key=lambda part: float(part @ towards[nearest]))
        other = min(self._velocities[:, touched[nearest]], key=lambda v: float(v @ towards[nearest]))
        return caused_by_robot(fastest, other, towards[nearest])
