"""The floor that is being furnished: what is taken, and where a robot can still go."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from factories.occupancy import BoolGrid, rasterized
from twin.footprints import Footprints
from twin.geometry import FloatArray

STEP = 0.1
WAY = 0.8
"""Metres to each side of a robot's middle that ways are kept free: for a radius of 0.6 m on any map of 0.1 m cells."""
NEIGHBOURHOOD = 1.5
"""Metres around what is placed within which the free floor must stay connected."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A rectangle on the floor: its middle (m), full length and width (m), and heading (rad)."""

    x: float
    y: float
    length: float
    width: float
    heading: float = 0.0

    def distances(self, xy: FloatArray) -> FloatArray:
        """Metres (...) from points (..., 2) to the rectangle; 0 inside."""
        c, s = np.cos(self.heading), np.sin(self.heading)
        dx, dy = xy[..., 0] - self.x, xy[..., 1] - self.y
        along = np.abs(c * dx + s * dy) - self.length / 2
        across = np.abs(c * dy - s * dx) - self.width / 2
        return np.hypot(np.maximum(along, 0.0), np.maximum(across, 0.0))

    def reach(self) -> tuple[float, float]:
        """Half extents along the hall's axes."""
        c, s = abs(np.cos(self.heading)), abs(np.sin(self.heading))
        return (c * self.length + s * self.width) / 2, (s * self.length + c * self.width) / 2


class Floor:
    """Spots are added one by one; the floor on which a robot can drive stays in one piece."""

    def __init__(self, size: tuple[float, float]) -> None:
        self.size = size
        nx, ny = (max(1, round(length / STEP)) for length in size)
        self.spots: list[Spot] = []
        self.reserved: list[Spot] = []
        self.taken: BoolGrid = np.zeros((ny, nx), dtype=np.bool_)
        """Cells (ny, nx) that something stands in."""
        edge = int(np.ceil(WAY / STEP))
        self.open: BoolGrid = np.zeros((ny, nx), dtype=np.bool_)
        self.open[edge:-edge, edge:-edge] = True
        """Cells (ny, nx) where the middle of a robot can be."""

    def put(self, spot: Spot) -> None:
        """Take a spot without asking."""
        window = self._window(spot, WAY)
        away = spot.distances(self._points(window))
        self.taken[window] |= away < STEP * np.sqrt(0.5)
        self.open[window] &= away >= WAY
        self.spots.append(spot)

    def place(self, spot: Spot, gap: float = 0.05) -> bool:
        """Take a spot if it is inside, ``gap`` m from everything else, and closes no way; says whether it did."""
        rx, ry = spot.reach()
        if not (rx <= spot.x <= self.size[0] - rx and ry <= spot.y <= self.size[1] - ry):
            return False
        close = self._window(spot, gap + STEP)
        if (self.taken[close] & (spot.distances(self._points(close)) < gap + STEP * np.sqrt(0.5))).any():
            return False
        if self._closes_a_way(spot):
            return False
        self.put(spot)
        return True

    def is_free(self, spot: Spot) -> bool:
        """Whether a spot is inside and nothing stands in it."""
        rx, ry = spot.reach()
        if not (rx <= spot.x <= self.size[0] - rx and ry <= spot.y <= self.size[1] - ry):
            return False
        window = self._window(spot, STEP)
        return not (self.taken[window] & (spot.distances(self._points(window)) == 0.0)).any()

    def reserve(self, spot: Spot) -> None:
        """Keep a spot free of everything that is placed later."""
        window = self._window(spot, STEP)
        self.taken[window] |= spot.distances(self._points(window)) == 0.0
        self.reserved.append(spot)

    def any_open(self, rng: np.random.Generator) -> tuple[float, float] | None:
        """A random place where the middle of a robot can be; None where there is none."""
        ny, nx = self.open.shape
        guesses = rng.integers(ny * nx, size=64)
        cells = guesses[self.open.ravel()[guesses]]
        if not len(cells):
            cells = rng.permutation(np.flatnonzero(self.open))
        if not len(cells):
            return None
        row, column = divmod(int(cells[0]), nx)
        return (column + 0.5) * STEP, (row + 0.5) * STEP

    def look(self, grid: BoolGrid, xy: tuple[float, float], direction: tuple[int, int]) -> float:
        """Metres from ``xy`` along an axis (``direction`` is a unit step) until ``grid`` is true or the hall ends."""
        row, column = int(xy[1] / STEP), int(xy[0] / STEP)
        line = grid[row, column:] if direction[0] > 0 else grid[row, : column + 1][::-1]
        if direction[1]:
            line = grid[row:, column] if direction[1] > 0 else grid[: row + 1, column][::-1]
        hits = np.flatnonzero(line)
        return float(hits[0] if len(hits) else len(line)) * STEP

    def pockets(self, radii: Iterable[float]) -> FloatArray:
        """A point (n, 2) in each piece of the floor where a disc of one of ``radii`` fits, but comes from no other."""
        from scipy.ndimage import label

        length, width = self.size
        # The walls reach into the last cells of a hall whose size is no multiple of a cell.
        walls = [Spot(length + 0.5, width / 2, 1.0, width), Spot(length / 2, width + 0.5, length, 1.0)]
        slabs = np.array([_slab(spot) for spot in [*self.spots, *walls]])
        grid = rasterized(Footprints(slabs, np.zeros((0, 3))), STEP, (0.0, 0.0, *self.size))
        points = [np.zeros((0, 2))]
        for radius in radii:
            pieces, _ = label(~grid.inflated(radius).blocked)
            _, firsts, sizes = np.unique(pieces, return_index=True, return_counts=True)
            cut_off = np.delete(firsts[1:], np.argmax(sizes[1:])) if len(sizes) > 1 else firsts[:0]
            points.append(grid.centers(np.stack(np.divmod(cut_off, pieces.shape[1]), axis=-1)))
        return np.concatenate(points)

    def without(self, gone: set[int]) -> "Floor":
        """The same floor less the spots of these numbers."""
        floor = Floor(self.size)
        for i, spot in enumerate(self.spots):
            if i not in gone:
                floor.put(spot)
        for spot in self.reserved:
            floor.reserve(spot)
        return floor

    def _closes_a_way(self, spot: Spot) -> bool:
        """Whether some piece of the open floor around a spot would fall apart.

        Looking at the surroundings is enough: pieces that stay whole there stay joined everywhere.
        """
        from scipy.ndimage import label

        window = self._window(spot, WAY + NEIGHBOURHOOD)
        before = self.open[window]
        after = before & (spot.distances(self._points(window)) >= WAY)
        pieces, _ = label(before)
        _, count = label(after)
        return bool(count > len(np.unique(pieces[after])))

    def _window(self, spot: Spot, margin: float) -> tuple[slice, slice]:
        """Rows and columns of the cells within ``margin`` m of a spot's bounding rectangle."""
        rx, ry = spot.reach()
        rows = slice(max(0, int((spot.y - ry - margin) / STEP)), max(0, int((spot.y + ry + margin) / STEP) + 2))
        columns = slice(max(0, int((spot.x - rx - margin) / STEP)), max(0, int((spot.x + rx + margin) / STEP) + 2))
        return rows, columns

    def _points(self, window: tuple[slice, slice]) -> FloatArray:
        """Centres (h, w, 2) of the cells of a window."""
        ny, nx = self.taken.shape
        y, x = (
            (np.arange(part.start, min(part.stop, count)) + 0.5) * STEP
            for part, count in zip(window, (ny, nx), strict=True)
        )
        return np.stack(np.broadcast_arrays(x[None, :], y[:, None]), axis=-1)


def _slab(spot: Spot) -> list[tuple[float, float]]:
    c, s = float(np.cos(spot.heading)), float(np.sin(spot.heading))
    along, across = spot.length / 2, spot.width / 2
    return [(spot.x, spot.y), (c * along, s * along), (-s * across, c * across), (0.0, 0.0)]
