"""Where an episode starts, where it ends, and the way between, drawn from a seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as filled
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from envs import option_checks as check
from envs.arrival import ANY_HEADING
from envs.goals import FreePlaces
from envs.sites import Site
from factories.geodesics import GeodesicField
from twin.errors import InputError, PlanningError, one_of
from twin.geometry import FloatArray
from twin.patrols import Patrols

BoolArray: TypeAlias = npt.NDArray[np.bool_]

PEOPLE_DISTANCE = 2.0
"""Metres between the robot's start and anybody who walks."""
ATTEMPTS = 200


@dataclass(frozen=True, eq=False)
class Episode:
    """One task instance on one site."""

    start: tuple[float, float, float]
    """x, y, heading."""
    goal: tuple[float, float]
    field: GeodesicField
    """Distances to the goal on the known map."""
    shortest: float
    """Metres from the start to the goal on the known map."""
    heading: float = ANY_HEADING
    """With which to arrive, radians; not a number for any."""
    beyond: float = 0.0
    """Metres still to drive from the goal on, where it is not the last."""
    bumper: FloatArray | None = None
    """Corners (4, 2) of a patch of floor in which touching is no collision, counter-clockwise."""
    own: Any = None
    """What only the task's rules read."""
    draws: Mapping[str, Any] = filled(default_factory=dict)
    """What else was drawn, as plain data."""
    words: str = ""
    """What is asked for, where the place of the goal does not say it."""


def between_places(
    site: Site, patrols: Patrols, task: FreePlaces, rng: np.random.Generator, options: Mapping[str, Any] | None = None
) -> Episode:
    """An episode from one free place to another; moves those who walk to where they begin.

    ``options`` may fix ``start`` (x, y, heading) and ``goal`` (x, y); what they leave open is drawn to fit. Raises
    ``PlanningError`` for a start in collision or a goal without a way, with the coordinates.
    """
    options = known_options(options, "start", "goal")
    goal = _fixed_goal(site, options["goal"]) if "goal" in options else None
    start = fixed_start(site, options["start"]) if "start" in options else None
    for _ in range(ATTEMPTS):
        patrols.reset(rng)
        if start and not away(patrols, np.array([start[:2]]))[0]:
            continue
        target = goal or (_partner(site, task, start[:2], rng) if start else _place(site, rng))
        field = GeodesicField(site.known, target, site.robot.radius)
        begin = start or _start(site, patrols, task, field, rng)
        if begin is None:
            continue
        shortest = float(field.distance(np.array(begin[:2])))
        if np.isfinite(shortest):
            return Episode(begin, target, field, shortest)
    raise PlanningError(
        f"layout '{site.layout.name}': found no start away from people with a way to a goal; "
        f"given start: {start}, given goal: {goal}"
    )


def inside(corners: FloatArray, points: FloatArray) -> BoolArray:
    """Which of the points (n, 2) are in a convex patch of floor with these corners (k, 2), counter-clockwise."""
    edges = np.roll(corners, -1, axis=0) - corners
    away = points[:, None] - corners
    return np.asarray((edges[:, 0] * away[..., 1] - edges[:, 1] * away[..., 0] >= 0.0).all(axis=1))


def known_options(given: Mapping[str, Any] | None, *names: str) -> Mapping[str, Any]:
    """The options of a reset; raises ``UnknownNameError`` for others than ``names``."""
    options = check.mapping("the options of a reset", given)
    for name in options:
        one_of("reset option", name, names)
    return options


def _place(site: Site, rng: np.random.Generator) -> tuple[float, float]:
    x, y = site.places[int(rng.integers(len(site.places)))]
    return float(x), float(y)


def away(patrols: Patrols, xy: FloatArray) -> BoolArray:
    """Which of the points (n, 2) nobody who walks is near."""
    away = np.ones(len(xy), dtype=bool)
    for pose in patrols.poses():
        away &= ((xy - pose[:2]) ** 2).sum(axis=1) > PEOPLE_DISTANCE**2
    return away


def _start(
    site: Site, patrols: Patrols, task: FreePlaces, field: GeodesicField, rng: np.random.Generator
) -> tuple[float, float, float] | None:
    """A free place whose way to the goal has the task's length, or the farthest one, away from people."""
    distance = np.where(away(patrols, site.places), field.distance(site.places), np.inf)
    chosen = _far_enough(task, distance, rng)
    if chosen is None:
        return None
    x, y = site.places[chosen]
    return float(x), float(y), float(rng.uniform(-np.pi, np.pi))


def _partner(site: Site, task: FreePlaces, start: tuple[float, float], rng: np.random.Generator) -> tuple[float, float]:
    """A goal for a given start; any place at all where none is far enough."""
    distance = GeodesicField(site.known, start, site.robot.radius).distance(site.places)
    chosen = _far_enough(task, distance, rng)
    if chosen is None:
        return _place(site, rng)
    x, y = site.places[chosen]
    return float(x), float(y)


def _far_enough(task: FreePlaces, distance: FloatArray, rng: np.random.Generator) -> int | None:
    """One of the places at the task's ``distance`` (n,), or of the farthest; None where all are too near."""
    candidates = np.flatnonzero((distance >= task.min_distance) & (distance <= task.max_distance))
    if not len(candidates):
        reachable = np.flatnonzero(np.isfinite(distance) & (distance > task.apart))
        if not len(reachable):
            return None
        candidates = reachable[distance[reachable] >= 0.9 * distance[reachable].max()]
    return int(candidates[int(rng.integers(len(candidates)))])


def fixed_start(site: Site, start: Any) -> tuple[float, float, float]:
    """The option ``start``; raises ``InputError``, ``PlanningError`` where the robot cannot stand."""
    x, y, heading = _numbers("start", start, 3)
    _check_free(site, "start", (x, y))
    return x, y, heading


def _fixed_goal(site: Site, goal: Any) -> tuple[float, float]:
    x, y = _numbers("goal", goal, 2)
    _check_free(site, "goal", (x, y))
    return x, y


def _numbers(name: str, value: Any, count: int) -> tuple[float, ...]:
    try:
        numbers = () if isinstance(value, str) else tuple(float(v) for v in value)
    except (TypeError, ValueError):
        numbers = ()
    if len(numbers) != count or not np.isfinite(numbers).all():
        raise InputError(f"reset option '{name}' must be {count} finite numbers, not {value!r}")
    return numbers


def _check_free(site: Site, name: str, xy: tuple[float, float]) -> None:
    if not site.is_free(xy):
        nearest = site.places[np.argmin(np.hypot(*(site.places - np.array(xy)).T))]
        raise PlanningError(
            f"layout '{site.layout.name}': the {name} ({xy[0]:.2f}, {xy[1]:.2f}) is inside or too close to something "
            f"solid, or cut off; the nearest free place is ({nearest[0]:.2f}, {nearest[1]:.2f})"
        )
