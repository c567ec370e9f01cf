"""Where a disc can go on a grid, and what a metre costs there: more beside what is solid."""

from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import ceil, sqrt

import numpy as np

from factories.grid_kernels import IntArray, exits, raise_around, sweep
from factories.occupancy import BoolGrid, OccupancyGrid, cells_to
from twin.geometry import FloatArray
from twin.per_object import per_object

COMFORT = 0.5
"""Metres beyond the clearance within which a route costs more ..."""
GRAZING_COST = 2.0
"""... rising to this much more per metre at the least clearance."""
SQUEEZING_COST = 30.0
"""What a metre costs more right at something solid, on the way to where the disc fits; it falls with the square, as
a gap that a person leaves is worth taking."""


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

    @cached_property
    def exits(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Numbers (n,) of the cells of the collar and of the nearest where the disc fits, and how far, cells."""
        times = np.where(self.free, 0.0, np.inf)
        sweep(times, self.collar, np.ones(self.free.shape), 1.0)
        return exits(times, self.collar)

    @cached_property
    def way_out(self) -> FloatArray:
        """Cost (ny, nx) of a metre where all that is open costs the same."""
        return np.where(self.free | self.collar, 1.0, np.inf)

    @cached_property
    def tightness(self) -> FloatArray:
        """Cost of a metre (ny, nx) on a way out: more the nearer something solid is; inf in what is solid.

        Without it the shortest way out grazes a post that no robot gets past.
        """
        to_solid, to_room = cells_to(~(self.free | self.collar)), cells_to(self.free)
        with np.errstate(invalid="ignore"):
            return np.where(to_solid > 0, 1.0 + SQUEEZING_COST * (to_room / (to_room + to_solid)) ** 2, np.inf)

    def without(self, blocked: BoolGrid, seen: IntArray, needed: float, resolution: float) -> "Terrain":
        """The same with the cells ``seen`` (n, 2), row and column, blocked as well; ``blocked`` (ny, nx) has all."""
        slowness = self.slowness.copy()
        raise_around(slowness, seen, _around(needed, resolution))
        free = slowness < np.inf
        return replace(self, free=free, flat=np.where(free, 1.0, np.inf), slowness=slowness, collar=~(free | blocked))


@per_object
def terrain(grid: OccupancyGrid, clearance: float) -> Terrain:
    """For a disc of radius ``clearance`` (m)."""
    free = ~grid.inflated(clearance).blocked
    near = cells_to(free) <= 1.5 * clearance / grid.resolution + 2
    return Terrain(
        free=free,
        flat=np.where(free, 1.0, np.inf),
        slowness=np.where(free, _slowness_at(grid.clearance(), clearance), np.inf),
        collar=~grid.blocked & ~free & near,
    )


def _slowness_at(clearance: FloatArray, needed: float) -> FloatArray:
    """Cost of a metre where the nearest solid is so far, for a disc that needs so much (m) and fits."""
    spare = np.clip((clearance - needed) / COMFORT, 0.0, 1.0)
    return 1.0 + GRAZING_COST * (1.0 - spare) ** 2


@cache
def _around(needed: float, resolution: float) -> FloatArray:
    """Cost of a metre (k, k) around a blocked cell in the middle; inf where the disc does not fit."""
    reach = ceil((needed + COMFORT) / resolution + 0.5)
    steps = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1])
    clearance = np.maximum(steps - 0.5, 0.0) * resolution
    return np.where(steps - sqrt(0.5) < needed / resolution, np.inf, _slowness_at(clearance, needed))
