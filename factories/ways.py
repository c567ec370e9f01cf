"""The cheapest way to a goal, worked out only where it can lead.

A way from s that costs at most c leads only past cells from which it is not farther than c to both its ends. Distances
on an emptier map bound those to the goal from below, so a route in a large hall costs no more than one in a small one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np

from factories.grid_kernels import lie_between, sweep
from factories.terrain import Terrain
from twin.geometry import FloatArray

Cell = tuple[int, int]
"""Row and column."""

FIRST_GUESS = (1.25, 2.0)
"""A way is looked for that costs at most so much more than the distance: relative, and metres."""
OUT = 2.0
"""Metres around a start that is too near something solid in which a way out is looked for."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Those to one ``goal`` over cells of ``resolution`` (m); ``distances`` (ny, nx), m, are at most those to it."""

    terrain: Terrain
    distances: FloatArray
    goal: Cell
    resolution: float

    def costs(self, start: Cell) -> FloatArray:
        """Cost (ny, nx) of the way to the goal where the cheapest one from ``start`` can lead, inf elsewhere."""

        def within(limit: float) -> FloatArray:
            return self._within(self.terrain.slowness, start, limit)

        return self._not_cut_short(within, start)

    def out_of(self, start: Cell) -> FloatArray:
        """Cost (ny, nx) of the way to the goal around ``start``, also in cells of the collar: down them it leads out.

        A metre costs the terrain's ``tightness`` in the collar, and 1 where the disc fits.
        """

        def within(limit: float) -> FloatArray:
            costs = self._within(self.terrain.flat, start, limit)
            self._enter_collar(costs, start)
            return costs

        return self._not_cut_short(within, start)

    def _not_cut_short(self, within: Callable[[float], FloatArray], start: Cell) -> FloatArray:
        """Costs (ny, nx) ``within`` a limit that cuts off no way from ``start`` that costs less than one found."""
        relative, more = FIRST_GUESS
        limit = relative * self.distances[start] + more
        while True:
            costs = within(limit)
            if not costs[start] > limit or not limit < np.inf:
                return costs
            limit = float(costs[start]) if costs[start] < np.inf else self._more(limit)

    def _more(self, limit: float) -> float:
        """Twice as much; no limit where that is more than any way without obstacles."""
        farthest = self.distances[np.isfinite(self.distances)].max(initial=0.0)
        return 2 * limit if limit < farthest else np.inf

    def _within(self, slowness: FloatArray, start: Cell, limit: float) -> FloatArray:
        """Cost (ny, nx) of the way to the goal in the cells that are not farther than ``limit`` from both ends."""
        inside, (top, bottom, left, right) = lie_between(
            self.distances, self.terrain.free, *start, limit / self.resolution, self.resolution
        )
        costs = np.full(inside.shape, np.inf)
        row, column = self.goal
        if not (top <= row < bottom and left <= column < right):
            return costs
        part = np.s_[top:bottom, left:right]
        times = np.full((bottom - top, right - left), np.inf)
        times[row - top, column - left] = 0.0
        sweep(times, np.ascontiguousarray(inside[part]), np.ascontiguousarray(slowness[part]), self.resolution)
        costs[part] = times
        return costs

    def _enter_collar(self, costs: FloatArray, start: Cell) -> None:
        """Go on from cells where the disc fits into those of the collar around the start, in place."""
        reach = ceil(OUT / self.resolution)
        part = tuple(slice(max(0, n - reach), n + reach + 1) for n in start)
        times = np.ascontiguousarray(costs[part])
        collar, tightness = self.terrain.collar[part], self.terrain.tightness[part]
        sweep(times, np.ascontiguousarray(collar), np.ascontiguousarray(tightness), self.resolution)
        costs[part] = times
