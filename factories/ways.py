"""The cheapest way to a goal, worked out only where it can lead.

A way from s that costs at most c leads only past cells from which it is not farther than c to both its ends. Distances
on an emptier map bound those to the goal from below, so a route in a large hall costs no more than one in a small one.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from math import ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np

from factories.grid_kernels import IntArray, lie_between, raise_around, sweep
from factories.occupancy import BoolGrid, cells_to
from twin.geometry import FloatArray

if TYPE_CHECKING:
    from factories.geodesics import Terrain

COMFORT = 0.5
"""Metres beyond the clearance within which a route costs more ..."""
GRAZING_COST = 2.0
"""... rising to this much more per metre at the least clearance."""
SQUEEZING_COST = 30.0
"""What a metre costs more right at something solid, on the way to where the disc fits; it falls with the square, as
a gap that a person leaves is worth taking."""
FIRST_GUESS = (1.25, 2.0)
"""A way is looked for that costs at most so much more than the distance: relative, and metres."""


def slowness_at(clearance: FloatArray, needed: float) -> FloatArray:
    """Cost of a metre where the nearest solid is so far, for a disc that needs so much (m) and fits."""
    spare = np.clip((clearance - needed) / COMFORT, 0.0, 1.0)
    return 1.0 + GRAZING_COST * (1.0 - spare) ** 2


def crossed(terrain: "Terrain", blocked: BoolGrid, seen: IntArray, needed: float, resolution: float) -> "Terrain":
    """The terrain with the cells ``seen`` (n, 2), row and column, blocked as well; ``blocked`` (ny, nx) has all."""
    slowness = terrain.slowness.copy()
    raise_around(slowness, seen, _around(needed, resolution))
    free = slowness < np.inf
    return replace(terrain, free=free, flat=np.where(free, 1.0, np.inf), slowness=slowness, collar=~(free | blocked))


@cache
def _around(needed: float, resolution: float) -> FloatArray:
    """Cost of a metre (k, k) around a blocked cell in the middle; inf where the disc does not fit."""
    reach = ceil((needed + COMFORT) / resolution + 0.5)
    steps = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1])
    clearance = np.maximum(steps - 0.5, 0.0) * resolution
    return np.where(steps - sqrt(0.5) < needed / resolution, np.inf, slowness_at(clearance, needed))


def costs_between(
    terrain: "Terrain", distances: FloatArray, goal: tuple[int, int], start: tuple[int, int], resolution: float
) -> FloatArray:
    """Cost (ny, nx) of the way to ``goal`` in the cells where the cheapest way from ``start`` can lead, inf elsewhere.

    ``distances`` (ny, nx) in metres are at most those to the goal.
    """

    def within(limit: float) -> FloatArray:
        return _within(terrain, terrain.slowness, distances, goal, start, limit, resolution)

    return _not_cut_short(within, distances, start)


def crampedness(terrain: "Terrain") -> FloatArray:
    """Cost of a metre (ny, nx) on a way out: more the nearer something solid is; inf in what is solid.

    Without it the shortest way out grazes a post that no robot gets past.
    """
    to_solid, to_room = cells_to(~(terrain.free | terrain.collar)), cells_to(terrain.free)
    with np.errstate(invalid="ignore"):
        return np.where(to_solid > 0, 1.0 + SQUEEZING_COST * (to_room / (to_room + to_solid)) ** 2, np.inf)


def ways_out(
    terrain: "Terrain",
    tight: FloatArray,
    distances: FloatArray,
    goal: tuple[int, int],
    start: tuple[int, int],
    resolution: float,
) -> FloatArray:
    """Cost (ny, nx) of the way to ``goal`` around ``start``, also in cells of the collar: down them it leads out.

    A metre costs ``tight`` (ny, nx) in the collar, and 1 where the disc fits.
    """

    def within(limit: float) -> FloatArray:
        found = _within(terrain, terrain.flat, distances, goal, start, limit, resolution)
        _enter_collar(found, terrain.collar, tight, start, resolution)
        return found

    return _not_cut_short(within, distances, start)


def _not_cut_short(within: Callable[[float], FloatArray], distances: FloatArray, start: tuple[int, int]) -> FloatArray:
    """Costs (ny, nx) ``within`` a limit that cuts off no way from ``start`` that costs less than one found."""
    relative, more = FIRST_GUESS
    limit = relative * distances[start] + more
    while True:
        costs = within(limit)
        if not costs[start] > limit or not limit < np.inf:
            return costs
        limit = float(costs[start]) if costs[start] < np.inf else _more(limit, distances)


def _more(limit: float, distances: FloatArray) -> float:
    """Twice as much; no limit where that is more than any way without obstacles."""
    return 2 * limit if limit < distances[np.isfinite(distances)].max(initial=0.0) else np.inf


def _within(
    terrain: "Terrain",
    slowness: FloatArray,
    distances: FloatArray,
    goal: tuple[int, int],
    start: tuple[int, int],
    limit: float,
    resolution: float,
) -> FloatArray:
    """Cost (ny, nx) of the way to ``goal`` in the cells that are not farther than ``limit`` from both ends."""
    inside, (top, bottom, left, right) = lie_between(
        distances, terrain.free, start[0], start[1], limit / resolution, resolution
    )
    costs = np.full(inside.shape, np.inf)
    if not (top <= goal[0] < bottom and left <= goal[1] < right):
        return costs
    part = np.s_[top:bottom, left:right]
    times = np.full((bottom - top, right - left), np.inf)
    times[goal[0] - top, goal[1] - left] = 0.0
    sweep(times, np.ascontiguousarray(inside[part]), np.ascontiguousarray(slowness[part]), resolution)
    costs[part] = times
    return costs


OUT = 2.0
"""Metres around a start that is too near something solid in which a way out is looked for."""


def _enter_collar(
    found: FloatArray, collar: BoolGrid, tight: FloatArray, start: tuple[int, int], resolution: float
) -> None:
    """Go on from cells where the disc fits into those of the collar around the start, in place."""
    reach = ceil(OUT / resolution)
    part = tuple(slice(max(0, n - reach), n + reach + 1) for n in start)
    times = np.ascontiguousarray(found[part])
    sweep(times, np.ascontiguousarray(collar[part]), np.ascontiguousarray(tight[part]), resolution)
    found[part] = times
