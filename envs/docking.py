"""Driving up to a dock or to a belt's end and standing there: goals, what is left, and how the dock is seen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import atan2, cos, hypot, pi, sin
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from envs.arrival import heading_error
from twin.geometry import FloatArray
from twin.per_object import per_object

if TYPE_CHECKING:
    from envs.episodes import Episode
    from envs.factory_env import FactoryEnv
    from envs.navigation import NavigationState
    from envs.sites import Site
    from envs.stations import Station
    from robots.robot import Robot
    from twin.patrols import Patrols

GAP = 0.03
"""Metres between a docked robot's foremost point and the face: charging contacts are sprung and bridge it."""
APPROACH = 0.6
"""Metres before the docked pose at which a robot has room to turn."""
BUMPER = 0.05
"""Metres inside and before a face in which touching is no collision."""
FACE = 0.6, 0.1, 0.6
"""What lies up to so many metres behind, before and beside the docked front is taken for the dock."""
ASIDE, TURNED = 1.0, 0.3
"""How much a metre beside the dock's axis and a radian off the way to it count as metres that are left."""
STEER_AT, STEER_NEAR = 0.3, 0.05
"""The way to the axis leads to a point of it this share of what is ahead, and these metres, before the robot."""
CONE, SPOUT, OUTSIDE = 0.35, 0.012, 2.0
"""Who is farther beside the axis than this share of what is ahead, and these metres, has to back out; each metre more
counts so many."""
POSITION_NOISE, POSITION_NOISE_FAR = 0.002, 0.01
"""Standard deviation (m) of the measured place at the dock, and what each metre away adds."""
HEADING_NOISE, HEADING_NOISE_FAR = np.radians(0.15), np.radians(0.3)
"""The same of its direction, rad."""
TRIES = 100
OFF_AXIS = np.radians(50)
"""How far to the side of a face's middle axis, seen from the face, a robot starts at most ..."""
TURNED_AWAY = np.radians(90)
"""... and how far off the direction to the dock it looks."""


@dataclass(frozen=True, slots=True)
class Docks:
    """From somewhere before a face of equipment up to it.

    ``options``: ``start`` (x, y, heading) and ``dock`` (the equipment's name) may be fixed.
    """

    kinds: tuple[str, ...] = ("charging_dock", "conveyor")
    """Types of equipment."""
    min_distance: float = 1.5
    """Metres from the start to the docked pose."""
    max_distance: float = 6.0

    def fit(self, site: "Site") -> bool:
        """Whether there is something to dock at that the robot can drive up to."""
        return bool(self.stations(site))

    def stations(self, site: "Site") -> "tuple[Station, ...]":
        """Those of these kinds that the robot can drive up to."""
        from envs.stations import stations

        return tuple(s for s in stations(site) if s.kind in self.kinds and len(starts(site, s, self)))

    def draw(
        self, site: "Site", patrols: "Patrols", rng: np.random.Generator, options: Mapping[str, Any] | None = None
    ) -> "Episode":
        """See ``Goals``."""
        from envs.episodes import known_options
        from twin.errors import PlanningError, one_of

        given = known_options(options, "start", "dock")
        found = self.stations(site)
        if not found:
            kinds = " or ".join(self.kinds)
            raise PlanningError(
                f"layout '{site.layout.name}' has no {kinds} that robot '{site.robot.name}' can drive up to"
            )
        if "dock" in given:
            names = [station.name for station in found]
            one_of("dock", str(given["dock"]), names, f"layout '{site.layout.name}'")
            found = tuple(station for station in found if station.name == given["dock"])
        for _ in range(TRIES):
            patrols.reset(rng)
            station = found[int(rng.integers(len(found)))]
            start = self._start(site, patrols, station, rng, given)
            if start is not None:
                return _episode(site, station, start)
        raise PlanningError(
            f"layout '{site.layout.name}': found no free start before {' or '.join(sorted({s.name for s in found}))}"
        )

    def _start(
        self, site: "Site", patrols: "Patrols", station: "Station", rng: np.random.Generator, given: Mapping[str, Any]
    ) -> tuple[float, float, float] | None:
        """A free place before a face from which nothing stands in the way to it, away from people."""
        from envs.episodes import away, fixed_start

        if "start" in given:
            start = fixed_start(site, given["start"])
            return start if away(patrols, np.array([start[:2]]))[0] else None
        places = starts(site, station, self)
        places = places[away(patrols, places)]
        if not len(places):
            return None
        x, y = places[int(rng.integers(len(places)))].tolist()
        goal_x, goal_y, _ = station.before(away_at(site))
        return x, y, float(np.arctan2(goal_y - y, goal_x - x) + rng.uniform(-TURNED_AWAY, TURNED_AWAY))


@per_object
def starts(site: "Site", station: "Station", docks: Docks) -> FloatArray:
    """Free places (n, 2) before a face from which nothing stands in the way to it."""
    from envs.stations import can_drive_up

    if not can_drive_up(site, station, away_at(site) + APPROACH):
        return np.zeros((0, 2))
    x, y, heading = station.before(away_at(site))
    offset = site.places - (x, y)
    distance = np.hypot(offset[:, 0], offset[:, 1])
    off_axis = heading_error(np.arctan2(offset[:, 1], offset[:, 0]), heading + pi)
    fits = (distance >= docks.min_distance) & (distance <= docks.max_distance) & (off_axis <= OFF_AXIS)
    places = site.places[fits]
    turn_at = np.array(station.before(away_at(site) + APPROACH)[:2])
    share = np.linspace(0.0, 1.0, int(docks.max_distance / site.true.resolution))[:, None, None]
    lines = places + share * (turn_at - places)
    return np.asarray(places[site.true.look_up(site.free, lines, outside=False).all(axis=0)])


def away_at(site: "Site") -> float:
    """Metres from a face to the middle of a robot that is docked."""
    return float(site.robot.footprint[:, 0].max()) + GAP


def _episode(site: "Site", station: "Station", start: tuple[float, float, float]) -> "Episode":
    from envs.episodes import Episode
    from factories.geodesics import GeodesicField

    x, y, heading = station.before(away_at(site))
    turn_at = station.before(away_at(site) + APPROACH)[:2]
    return Episode(
        start,
        (x, y),
        GeodesicField(site.known, turn_at, site.robot.radius),
        hypot(start[0] - x, start[1] - y),
        heading=heading,
        bumper=station.patch(BUMPER, BUMPER),
        draws={"dock": station.name},
        words=f"Dock at {station.kind.replace('_', ' ')} {station.name}.",
    )


def in_goal_frame(
    pose: tuple[float, float, float], goal: tuple[float, float], heading: float
) -> tuple[float, float, float]:
    """A pose seen from the docked one: metres still to drive along its axis, metres to the left of it, radians off."""
    dx, dy = goal[0] - pose[0], goal[1] - pose[1]
    c, s = cos(heading), sin(heading)
    return c * dx + s * dy, s * dx - c * dy, (pose[2] - heading + pi) % (2 * pi) - pi


def pose_left(episode: "Episode", pose: tuple[float, float, float]) -> float:
    """Metres from a pose to the docked one; what is off its axis counts more, and being turned counts too.

    A robot that cannot go sideways comes down this measure all the way, by turning to the axis, along it and, where it
    is too near for that, backwards first.
    """
    ahead, aside, off = in_goal_frame(pose, episode.goal, episode.heading)
    outside = max(0.0, abs(aside) - SPOUT - CONE * max(0.0, ahead))
    turned = (off - way_to_axis(ahead, aside) + pi) % (2 * pi) - pi
    return hypot(ahead, aside) + ASIDE * abs(aside) + OUTSIDE * outside + TURNED * abs(turned)


def way_to_axis(ahead: float, aside: float) -> float:
    """Heading (rad) off the dock's that leads to its axis, from so many metres before the goal and beside the axis.

    Line-of-sight guidance, to a point of the axis that comes nearer with the goal: who follows it stays in the cone.
    """
    return -atan2(aside, STEER_NEAR + STEER_AT * max(0.0, ahead))


def seen_face(state: "NavigationState", robot: "Robot", points: FloatArray) -> npt.NDArray[np.bool_]:
    """Which of the points (n, 2) m in the robot's frame are the dock's, by where the dock is measured to be, (n,)."""
    x, y, turned = state.measured
    c, s = cos(turned), sin(turned)
    dx, dy = points[:, 0] - x, points[:, 1] - y
    deep = c * dx + s * dy - float(robot.footprint[:, 0].max())
    wide = c * dy - s * dx
    behind, before, beside = FACE
    return np.asarray((deep > -before) & (deep < behind) & (np.abs(wide) < beside))


class SeenDock:
    """The rule that a dock is seen: its pose in the robot's frame, with an error that shrinks on the way to it.

    The route is seen by the same measurement: exact, its end would tell better than any sensor where the dock is.
    """

    def __init__(self, env: "FactoryEnv") -> None:
        self._rng = env.np_random
        self._at: NavigationState

    def begin(self, state: "NavigationState") -> "NavigationState":
        """Seen for the first time."""
        return self.judge(state, state)

    def judge(self, before: "NavigationState", now: "NavigationState") -> "NavigationState":  # noqa: ARG002
        """Seen anew."""
        seen = measured(now, self._rng)
        self._at = replace(now, measured=seen, ahead=placed_by(now, seen))
        return self._at

    def info(self) -> dict[str, Any]:
        """How far off the robot is, by the truth."""
        at = self._at
        return {
            "position_error": float(at.straight_distance),
            "heading_error": float(heading_error(at.pose[2], at.goal_heading)),
        }


def measured(state: "NavigationState", rng: np.random.Generator) -> FloatArray:
    """The goal's x, y (m) and heading (rad) in the robot's frame, (3,), as a marker or a lidar's pattern shows it."""
    x, y, yaw = state.pose
    dx, dy = state.goal[0] - x, state.goal[1] - y
    c, s = cos(yaw), sin(yaw)
    away = hypot(dx, dy)
    truth = np.array([c * dx + s * dy, c * dy - s * dx, state.goal_heading - yaw])
    place, turn = POSITION_NOISE + POSITION_NOISE_FAR * away, HEADING_NOISE + HEADING_NOISE_FAR * away
    seen = truth + np.array([place, place, turn]) * rng.standard_normal(3)
    seen[2] = (seen[2] + pi) % (2 * pi) - pi
    return seen


def placed_by(state: "NavigationState", seen: FloatArray) -> FloatArray:
    """The route's points ahead (k, 2), world frame, where a robot holds them to be that takes ``seen`` for the dock."""
    x, y, yaw = state.pose
    turned = yaw + seen[2] - state.goal_heading
    c, s = cos(yaw), sin(yaw)
    dock = np.array([x + c * seen[0] - s * seen[1], y + s * seen[0] + c * seen[1]])
    c, s = cos(turned), sin(turned)
    return np.asarray((state.ahead - np.array(state.goal)) @ np.array([[c, s], [-s, c]]) + dock)
