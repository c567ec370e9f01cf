"""How far it is to a goal around everything solid, and which way to go.

Distances solve the eikonal equation by fast sweeping (Zhao 2005) in a compiled loop, because no library would do:
scikit-image's ``MCP_Geometric`` walks in eight directions only, which made lengths 5.5 % too long on average;
eikonalfm's own handler of Ctrl-C aborts the process; scikit-fmm has no wheel.
"""

from functools import cached_property
from math import sqrt

import numpy as np
import numpy.typing as npt

from factories.grid_kernels import IntArray, descend, length_at, lengths, look_around, straighten, sweep
from factories.occupancy import BoolGrid, OccupancyGrid
from factories.terrain import Terrain, terrain
from factories.ways import Ways
from twin.errors import PlanningError
from twin.geometry import FloatArray

SLACK = 0.5
"""Cells that a straight leg may cost more than the winding way it replaces."""
SIGHT = 25
"""Cells around the goal within which distances are straight lines, where nothing is in between: sweeping would make
ways towards the diagonals 0.2 m too long here.
"""


class GeodesicField:
    """Distances to ``goal`` (x, y) for a disc of radius ``clearance`` (m) among the blocked cells of ``grid``.

    Raises ``PlanningError`` for a goal where the disc does not fit.
    """

    def __init__(self, grid: OccupancyGrid, goal: npt.ArrayLike, clearance: float) -> None:
        x, y = np.asarray(goal, dtype=np.float64)
        self.grid = grid
        self.goal = (float(x), float(y))
        self.clearance = clearance
        self._terrain = terrain(grid, clearance)
        if not grid.look_up(self.free, self.goal, outside=False):
            raise PlanningError(self._misfit("goal", np.array(self.goal), self.free))

    @property
    def free(self) -> BoolGrid:
        """Cells (ny, nx) where the disc fits."""
        return self._terrain.free

    @cached_property
    def values(self) -> FloatArray:
        """Distance (ny, nx) in metres from each cell's centre; inf where there is no way.

        Open cells too near something solid for the disc take their distance through the nearest cell where it fits:
        a robot that has come too close still knows the way out.
        """
        flat = self._terrain.flat
        values = np.full(self.free.shape, np.inf)
        look_around(values, flat, self._in_cells(np.array(self.goal)), SIGHT)
        sweep(values, self.free, flat, 1.0)
        cells, ends, steps = self._terrain.exits
        flattened = values.reshape(-1)
        flattened[cells] = flattened[ends] + steps
        values *= self.grid.resolution
        return values

    @cached_property
    def at_goal(self) -> BoolGrid:
        """Cells (ny, nx) so near the goal that the disc would not fit there if they were blocked."""
        rows, columns = np.ogrid[: self.free.shape[0], : self.free.shape[1]]
        row, column = self._goal_cell
        return np.hypot(rows - row, columns - column) - sqrt(0.5) < self.clearance / self.grid.resolution

    @property
    def reachable(self) -> BoolGrid:
        """Cells (ny, nx) where the disc fits and from which there is a way."""
        return self.free & np.isfinite(self.values)

    def distance(self, xy: npt.ArrayLike) -> FloatArray:
        """Metres (...) from points (..., 2) to the goal, interpolated between cells; inf where there is no way."""
        points = np.asarray(xy, dtype=np.float64)
        flat = np.ascontiguousarray(points.reshape(-1, 2))
        return lengths(self.values, flat, self.grid.origin, self.grid.resolution, self.goal).reshape(points.shape[:-1])

    def distance_at(self, x: float, y: float) -> float:
        """``distance`` of one point, quicker."""
        return length_at(self.values, x, y, self.grid.origin, self.grid.resolution, self.goal)

    def route(self, xy: npt.ArrayLike) -> FloatArray:
        """Polyline (n, 2) from a point (2,) to the goal: straight where it can be, wide of corners where there is room.

        Raises ``PlanningError`` where the start is blocked or has no way to the goal.
        """
        start = np.asarray(xy, dtype=np.float64)
        if not np.isfinite(self.distance(start)):
            raise PlanningError(self._no_way(start))
        out = descend(self.values, self.grid.cells(start), self.free)
        return self._polyline(start, out, self.values, self._terrain, self._terrain.way_out)

    def detour(self, xy: npt.ArrayLike, seen: BoolGrid) -> FloatArray:
        """``route`` where the cells ``seen`` (ny, nx) are blocked, too.

        From where it does not fit, the way out keeps off what is solid. Raises ``PlanningError`` where there
        is no way around what was seen.
        """
        start = np.asarray(xy, dtype=np.float64)
        row, column = self.grid.cells(start).tolist()
        (ny, nx), blocked = self.free.shape, self.grid.blocked | seen
        left = self._terrain.without(blocked, np.argwhere(seen), self.clearance, self.grid.resolution)
        if not (0 <= row < ny and 0 <= column < nx and left.free[self._goal_cell]):
            raise PlanningError(f"no way leads from {_shown(start)} around what was seen")
        out, down, tight = np.array([[row, column]]), self.values, left.flat
        if not left.free[row, column]:
            down, tight = self._ways(left).out_of((row, column)), left.tightness
            out = descend(down, out[0], left.free)
        if not left.free[out[-1, 0], out[-1, 1]]:
            raise PlanningError(f"no way leads from {_shown(start)} around what was seen")
        return self._polyline(start, out, down, left, tight)

    def _polyline(
        self, start: FloatArray, out: IntArray, down: FloatArray, terrain: Terrain, tight: FloatArray
    ) -> FloatArray:
        """From a start ``down`` along the cells ``out`` (n, 2) to where the disc fits, and on at the least cost.

        ``tight`` (ny, nx) is the cost of a metre on the way out.
        """
        row, column = out[-1].tolist()
        costs = self._ways(terrain).costs((row, column))
        if not costs[row, column] < np.inf:
            raise PlanningError(self._no_way(start))
        on = descend(costs, out[-1], np.zeros_like(terrain.free))
        if len(out) == 1:
            return self._straight(on, start, np.array(self.goal), costs, terrain.slowness)
        turn = self.grid.centers(out[-1])
        way_out = self._straight(out, start, turn, down, tight)
        return np.concatenate([way_out[:-1], self._straight(on, turn, np.array(self.goal), costs, terrain.slowness)])

    def _straight(
        self, cells: IntArray, first: FloatArray, last: FloatArray, field: FloatArray, slowness: FloatArray
    ) -> FloatArray:
        """Polyline (n, 2) along ``cells``, from ``first`` to ``last``, which lie in the first and last of them."""
        points, step = self.grid.centers(cells), self.grid.resolution
        times = field[cells[:, 0], cells[:, 1]] / step
        if len(points) == 1:
            points, times = np.repeat(points, 2, axis=0), np.repeat(times, 2)
        times[0] += np.hypot(*(first - points[0])) / step
        times[-1] -= np.hypot(*(last - points[-1])) / step
        points[0], points[-1] = first, last
        return points[straighten(self._in_cells(points), times, slowness, SLACK)]

    def _ways(self, terrain: Terrain) -> Ways:
        return Ways(terrain, self.values, self._goal_cell, self.grid.resolution)

    @property
    def _goal_cell(self) -> tuple[int, int]:
        row, column = self.grid.cells(self.goal)
        return int(row), int(column)

    def _in_cells(self, xy: FloatArray) -> FloatArray:
        return (xy - self.grid.origin) / self.grid.resolution

    def _misfit(self, what: str, xy: FloatArray, allowed: BoolGrid) -> str:
        """What is wrong with a point where the disc does not fit, and the nearest ``allowed`` place."""
        if not allowed.any():
            return f"a robot that needs {self.clearance:.2f} m to each side fits nowhere on this map"
        x0, y0, x1, y1 = self.grid.bounds
        if not (x0 <= xy[0] < x1 and y0 <= xy[1] < y1):
            problem = f"is outside the map, which spans ({x0:.2f}, {y0:.2f}) to ({x1:.2f}, {y1:.2f})"
        elif self.grid.is_blocked(xy):
            problem = "is inside something solid"
        else:
            problem = f"is closer than {self.clearance:.2f} m to something solid"
        return f"the {what} {_shown(xy)} {problem}; the nearest free place is {_shown(self._nearest(allowed, xy))}"

    def _no_way(self, start: FloatArray) -> str:
        if not self.grid.look_up(self.free, start, outside=False):
            return self._misfit("start", start, self.reachable)
        return (
            f"no way leads from {_shown(start)} to the goal {_shown(np.array(self.goal))} for a robot that needs "
            f"{self.clearance:.2f} m to each side; the nearest place with a way is "
            f"{_shown(self._nearest(self.reachable, start))}"
        )

    def _nearest(self, allowed: BoolGrid, xy: FloatArray) -> FloatArray:
        places = self.grid.centers(np.argwhere(allowed))
        nearest: FloatArray = places[np.argmin(np.hypot(*(places - xy).T))]
        return nearest


def _shown(xy: FloatArray) -> str:
    return f"({xy[0]:.2f}, {xy[1]:.2f})"
