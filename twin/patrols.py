"""Bodies that go their rounds by themselves: the same on every engine, because no engine moves them."""

from itertools import pairwise
from math import atan2, hypot
from typing import TypeAlias

import numpy as np

from twin.actors.bodies import disc_offsets, outlines, robot_radius
from twin.actors.columns import GEAR, HEADING, RADIUS, SPEED, STATE, TARGET, TURN_RATE, VX, VY, WAY, X, Y
from twin.actors.ground import ground
from twin.actors.many_kernels import upright
from twin.actors.step_kernels import advance
from twin.actors.temperament import temperaments
from twin.errors import InputError
from twin.geometry import FloatArray
from twin.scene import Motion, Patrol, Scene

PatrolState: TypeAlias = tuple[FloatArray, FloatArray]

ROOM = 0.3
"""Metres between two of them where they begin."""
TRIES = 40


class Patrols:
    """Where every patrolling body is and how it behaves, as arrays whose columns ``twin.actors.columns`` names.

    ``state`` (patrols, STATE) changes with every step, ``traits`` (patrols, TRAITS) with every reset; the rest is the
    scene's: ``shapes`` (patrols, BODY), ``corners`` (n, 2) of all routes, ``first`` (patrols + 1,) of each route's,
    ``loops`` (patrols,) and ``ground``. ``twin.actors.step_kernels.advance`` takes them as they are.
    """

    def __init__(self, scene: Scene) -> None:
        """Raises ``InputError`` for a body that an engine moves."""
        self._patrols = scene.patrols
        for patrol in scene.patrols:
            if scene.bodies[scene.body_index[patrol.body]].motion is not Motion.KINEMATIC:
                raise InputError(f"patrol of body '{patrol.body}': only a kinematic body goes its rounds by itself")
        self.bodies = tuple(scene.body_index[p.body] for p in scene.patrols)
        self.heights = np.array([scene.bodies[row].pose.position[2] for row in self.bodies])
        self.corners = np.array([point for p in scene.patrols for point in p.waypoints], dtype=np.float64).reshape(
            -1, 2
        )
        self.first = np.cumsum([0, *(len(p.waypoints) for p in scene.patrols)])
        self.loops = np.array([p.loop for p in scene.patrols], dtype=np.int64)
        self.shapes = outlines(scene)
        self.ground = ground(scene) if scene.patrols else ground(Scene(scene.name))
        self.robot_radius = robot_radius(scene) if scene.patrols else 0.0
        self.traits = temperaments(scene.patrols)
        self.state = np.zeros((len(scene.patrols), STATE))
        self.reset()

    def reset(self, rng: np.random.Generator | None = None) -> None:
        """Back to the patrols' starts, or to temperaments and places along their routes that ``rng`` draws.

        Nobody begins in anybody else, as long as the routes have room for all.
        """
        self.traits[:] = temperaments(self._patrols, rng)
        for i, patrol in enumerate(self._patrols):
            if rng is None:
                self.state[i] = _standing(patrol, patrol.start, bool(self.shapes[i, TURN_RATE]))
            else:
                self._draw_start(i, patrol, rng)
            heading, speed = self.state[i, HEADING], self.traits[i, SPEED] * self.state[i, GEAR] * (_length(patrol) > 0)
            self.state[i, [VX, VY]] = speed * np.cos(heading), speed * np.sin(heading)

    def hold(self, body: str, travelled: float = 0.0) -> None:
        """Have one of them stand ``travelled`` m along its route, until ``release``."""
        i = self._row(body)
        self.state[i] = _standing(self._patrols[i], travelled, bool(self.shapes[i, TURN_RATE]))
        self.traits[i, SPEED] = 0.0

    def release(self, body: str, speed: float) -> None:
        """Let it go, at so many m/s."""
        self.traits[self._row(body), SPEED] = speed

    def _row(self, body: str) -> int:
        return [patrol.body for patrol in self._patrols].index(body)

    def save(self) -> PatrolState:
        """For going back to this moment."""
        return self.state.copy(), self.traits.copy()

    def restore(self, state: PatrolState) -> None:
        """Go back to a saved moment."""
        self.state[:], self.traits[:] = state

    def advance(
        self, seconds: float, robot_xy: tuple[float, float], robot_velocity: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        """Go on; the robot is a disc at ``robot_xy`` (m) that moves with ``robot_velocity`` (m/s, in the world)."""
        if self.bodies:
            floor = self.ground
            robot = np.array([*robot_xy, *robot_velocity, self.robot_radius])
            advance(
                self.state, self.traits, self.shapes, self.corners, self.first, self.loops,
                floor.clearance, floor.frame, robot, seconds,
            )  # fmt: skip

    def poses(self) -> FloatArray:
        """World poses, (patrols, 7)."""
        poses = np.empty((len(self.bodies), 7))
        upright(self.state, self.heights, poses)
        return poses

    def velocities(self) -> FloatArray:
        """Planar velocities (patrols, 2), m/s."""
        return self.state[:, [VX, VY]].copy()

    def _draw_start(self, i: int, patrol: Patrol, rng: np.random.Generator) -> None:
        """The first of some drawn places that has room, or the one that has most."""
        widest = -np.inf
        for _ in range(TRIES):
            travelled = rng.uniform(0.0, max(_length(patrol), 1e-9))
            place = _standing(patrol, travelled, bool(self.shapes[i, TURN_RATE]))
            room = self._room(place, i)
            if room > widest:
                widest, self.state[i] = room, place
            if room >= ROOM:
                return

    def _room(self, place: FloatArray, i: int) -> float:
        """Metres between actor i at ``place`` and the nearest of those before it."""
        mine = self._discs(place, i)
        gaps = [
            float(np.hypot(*np.moveaxis(mine[:, None] - self._discs(self.state[j], j), -1, 0)).min())
            - self.shapes[i, RADIUS]
            - self.shapes[j, RADIUS]
            for j in range(i)
        ]
        return min(gaps, default=np.inf)

    def _discs(self, place: FloatArray, i: int) -> FloatArray:
        """Middles (n, 2) of the discs of actor i at ``place``."""
        offsets, heading = disc_offsets(self.shapes[i]), place[HEADING]
        return np.asarray(place[[X, Y]] + offsets[:, None] * (np.cos(heading), np.sin(heading)))


def _ring(patrol: Patrol) -> tuple[tuple[float, float], ...]:
    """The polyline that is walked again and again: there and back unless it loops."""
    return patrol.waypoints + (patrol.waypoints[:1] if patrol.loop else patrol.waypoints[-2::-1])


def _length(patrol: Patrol) -> float:
    return sum(hypot(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(_ring(patrol)))


def _standing(patrol: Patrol, travelled: float, vehicle: bool) -> FloatArray:
    """State (STATE,) of who stands on its route after so many metres; a vehicle that comes back does so backwards."""
    state = np.zeros(STATE)
    ring, count = _ring(patrol), len(patrol.waypoints)
    state[[X, Y]] = ring[0]
    state[WAY] = state[GEAR] = 1.0
    left = travelled % max(_length(patrol), 1e-9)
    for leg, ((ax, ay), (bx, by)) in enumerate(pairwise(ring)):
        span = hypot(bx - ax, by - ay)
        if span > 0.0 and left <= span:
            back = not patrol.loop and leg >= count - 1
            state[[X, Y]] = ax + left / span * (bx - ax), ay + left / span * (by - ay)
            state[WAY] = -1.0 if back else 1.0
            state[GEAR] = -1.0 if back and vehicle else 1.0
            state[HEADING] = atan2(*(np.array([by - ay, bx - ax]) * state[GEAR]))
            state[TARGET] = 2 * count - 3 - leg if back else (leg + 1) % count
            break
        left -= span
    return state
