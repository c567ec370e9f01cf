"""How far it is to a goal around everything solid, and which way to go.

Distances solve the eikonal equation by fast sweeping (Zhao 2005) in a compiled loop, because no library would do:
scikit-image's ``MCP_Geometric`` walks in eight directions only, which made lengths 5.5 % too long on average;
eikonalfm's own handler of Ctrl-C aborts the process; scikit-fmm has no wheel.
"""

from dataclasses import dataclass
from functools import cached_property
from math import hypot

import numpy as np
import numpy.typing as npt

from factories.grid_kernels import IntArray, descend, interpolate, interpolate_at, look_around, straighten, sweep
from factories.occupancy import BoolGrid, OccupancyGrid
from twin.errors import PlanningError
from twin.geometry import FloatArray
from twin.per_object import per_object

COMFORT = 0.5
"""Metres beyond the clearance within which a route costs more ..."""
GRAZING_COST = 2.0
"""... rising to this much more per metre at the least clearance."""
SLACK = 0.5
"""Cells that a straight leg may cost more than the winding way it replaces."""


SIGHT = 25
"""Cells around the goal within which distances are straight lines, where nothing is in between: sweeping would make
ways towards the diagonals 0.2 m too long here.
"""


@dataclass(frozen=True, eq=False)
class Terrain:
    """What all fields share that lead a disc over one grid: arrays (ny, nx)."""

    free: BoolGrid
    """Where the disc fits."""
    flat: FloatArray
    """Cost of a metre: 1 there, inf elsewhere."""
    slowness: FloatArray
    """The same, but more within ``COMFORT`` of where the disc no longer fits."""
    collar: BoolGrid
    """Open cells too near something solid for the disc, from which it still finds back."""


@per_object
def terrain(grid: OccupancyGrid, clearance: float) -> Terrain:
    """For a disc of radius ``clearance`` (m)."""
    from scipy.ndimage import distance_transform_edt

    free = ~grid.inflated(clearance).blocked
    spare = np.clip((grid.clearance() - clearance) / COMFORT, 0.0, 1.0)
    near = distance_transform_edt(~free) <= 1.5 * clearance / grid.resolution + 2
    return Terrain(
        free=free,
        flat=np.where(free, 1.0, np.inf),
        slowness=np.where(free, 1.0 + GRAZING_COST * (1.0 - spare) ** 2, np.inf),
        collar=~grid.blocked & ~free & near,
    )


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

        Open cells too near something solid for the disc take their distance through the nearest cells where it fits:
        a robot that has come too close still knows the way out.
        """
        flat = self._terrain.flat
        values = np.full(self.free.shape, np.inf)
        look_around(values, flat, self._in_cells(np.array(self.goal)), SIGHT)
        sweep(values, self.free, flat, 1.0)
        sweep(values, self._terrain.collar, np.ones(self.free.shape), 1.0)
        values *= self.grid.resolution
        return values

    @property
    def reachable(self) -> BoolGrid:
        """Cells (ny, nx) where the disc fits and from which there is a way."""
        return self.free & np.isfinite(self.values)

    def distance(self, xy: npt.ArrayLike) -> FloatArray:
        """Metres (...) from points (..., 2) to the goal, interpolated between cells; inf where there is no way."""
        points = np.asarray(xy, dtype=np.float64)
        straight = np.hypot(points[..., 0] - self.goal[0], points[..., 1] - self.goal[1])
        around = interpolate(self.values, self._in_cells(points.reshape(-1, 2))).reshape(straight.shape)
        return np.where(straight <= self.grid.resolution, straight, np.maximum(around, straight))

    def distance_at(self, x: float, y: float) -> float:
        """``distance`` of one point, quicker."""
        (left, bottom), size = self.grid.origin, self.grid.resolution
        straight = hypot(x - self.goal[0], y - self.goal[1])
        around = interpolate_at(self.values, (x - left) / size, (y - bottom) / size)
        return straight if straight <= size else max(around, straight)

    def route(self, xy: npt.ArrayLike) -> FloatArray:
        """Polyline (n, 2) from a point (2,) to the goal: straight where it can be, wide of corners where there is room.

        Raises ``PlanningError`` where the start is blocked or has no way to the goal.
        """
        start = np.asarray(xy, dtype=np.float64)
        if not np.isfinite(self.distance(start)):
            raise PlanningError(self._no_way(start))
        out = descend(self.values, self.grid.cells(start), self.free)
        down = descend(self._costs, out[-1], np.zeros_like(self.free))
        turn = start if len(out) == 1 else self.grid.centers(out[-1])
        open_cells = np.where(self.grid.blocked, np.inf, 1.0)
        way_out = self._straight(out, start, turn, self.values, open_cells)[:-1] if len(out) > 1 else start[None][:0]
        way_down = self._straight(down, turn, np.array(self.goal), self._costs, self._terrain.slowness)
        return np.concatenate([way_out, way_down])

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

    @cached_property
    def _costs(self) -> FloatArray:
        """Cost (ny, nx) of the way to the goal."""
        costs = np.full(self.free.shape, np.inf)
        costs[self._goal_cell] = 0.0
        sweep(costs, self.free, self._terrain.slowness, self.grid.resolution)
        return costs

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
