"""The floor as a grid of free and blocked cells.

A cell is blocked when any solid covers any part of it (more than a touch), so a wall thinner than a cell never
vanishes and a free cell is free all over. What lies outside the grid counts as blocked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from twin.errors import InputError
from twin.footprints import Footprints, footprints
from twin.geometry import FloatArray
from twin.scene import Scene

ScalarT = TypeVar("ScalarT", bound=np.generic)
BoolGrid: TypeAlias = npt.NDArray[np.bool_]
Bounds: TypeAlias = tuple[float, float, float, float]

TOUCH = 1e-6
"""Metres by which a solid must enter a cell to block it."""
MAX_CELLS = 100_000_000


@dataclass(frozen=True, eq=False)
class OccupancyGrid:
    """``blocked`` (ny, nx), row 0 at the lowest y; ``origin`` is the lower left corner (m) of cell (0, 0)."""

    blocked: BoolGrid
    resolution: float
    origin: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def of(
        cls,
        scene: Scene,
        known_only: bool = False,
        resolution: float = 0.1,
        bounds: Bounds | None = None,
        z_band: tuple[float, float] = (0.05, 2.0),
    ) -> "OccupancyGrid":
        """What stands on the floor of ``scene``; the arguments are those of ``footprints`` and ``rasterized``."""
        return rasterized(footprints(scene, known_only=known_only, z_band=z_band), resolution, bounds)

    @property
    def bounds(self) -> Bounds:
        """Smallest x, y and largest x, y (m)."""
        (x, y), (ny, nx) = self.origin, self.blocked.shape
        return x, y, x + nx * self.resolution, y + ny * self.resolution

    def cells(self, xy: npt.ArrayLike) -> npt.NDArray[np.intp]:
        """Row and column (..., 2) of the cells that hold the points (..., 2); may lie outside the grid."""
        return np.floor((np.asarray(xy, dtype=np.float64) - self.origin) / self.resolution).astype(np.intp)[..., ::-1]

    def centers(self, cells: npt.ArrayLike) -> FloatArray:
        """Centres (..., 2) of cells given by row and column (..., 2)."""
        return (np.asarray(cells)[..., ::-1] + 0.5) * self.resolution + self.origin

    def look_up(self, values: npt.NDArray[ScalarT], xy: npt.ArrayLike, outside: float) -> npt.NDArray[ScalarT]:
        """``values`` (ny, nx) at the cells that hold the points (..., 2); ``outside`` for points beyond the grid."""
        rows, columns = np.moveaxis(self.cells(xy), -1, 0)
        ny, nx = self.blocked.shape
        inside = (rows >= 0) & (rows < ny) & (columns >= 0) & (columns < nx)
        found = values[np.where(inside, rows, 0), np.where(inside, columns, 0)]
        return np.where(inside, found, values.dtype.type(outside))

    def is_blocked(self, xy: npt.ArrayLike) -> BoolGrid:
        """Whether the points (..., 2) lie in blocked cells or outside the grid."""
        return self.look_up(self.blocked, xy, outside=True)

    def clearance(self) -> FloatArray:
        """Distance (ny, nx) in metres from each cell's centre to the nearest blocked cell or the grid's edge.

        0 in blocked cells. Exact towards a cell's side; towards its corner up to 0.2 cells too long. Not to be written.
        """
        return self._clearance

    @cached_property
    def _clearance(self) -> FloatArray:
        clearance: FloatArray = np.maximum(self._steps - 0.5, 0.0) * self.resolution
        return clearance

    @cached_property
    def _steps(self) -> FloatArray:
        """Distance from centre to centre of the nearest blocked cell, in cells."""
        return cells_to(np.pad(self.blocked, 1, constant_values=True))[1:-1, 1:-1]

    def inflated(self, radius: float) -> "OccupancyGrid":
        """Also blocked where a disc of ``radius`` (m) about the cell's centre could touch a blocked cell."""
        return replace(self, blocked=self.blocked | (self._steps - np.sqrt(0.5) < radius / self.resolution))

    def with_blocked(self, zones: Footprints) -> "OccupancyGrid":
        """The same grid with more areas blocked, such as zones to keep out of."""
        return replace(self, blocked=self.blocked | _cover(zones, self.blocked.shape, self.resolution, self.origin))

    def largest_free(self) -> BoolGrid:
        """Mask (ny, nx) of the largest set of free cells that hang together by their sides."""
        from scipy.ndimage import label

        labels, _ = label(~self.blocked)
        sizes = np.bincount(labels.ravel())
        sizes[0] = 0
        return (labels == sizes.argmax()) & ~self.blocked


def cells_to(marked: BoolGrid) -> FloatArray:
    """Distance (ny, nx), in cells, between the middles of each cell and of the nearest marked one; one must be marked.

    OpenCV's, which rounds to 32 bits; squares are whole numbers, so the exact value is known.
    """
    import cv2

    rounded = cv2.distanceTransform((~marked).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.sqrt(np.rint(np.square(rounded, dtype=np.float64)))


def rasterized(solids: Footprints, resolution: float = 0.1, bounds: Bounds | None = None) -> OccupancyGrid:
    """Grid of the cells that ``solids`` cover.

    ``bounds`` (x0, y0, x1, y1) is what the grid spans at least, by default all solids; without it, the origin is
    a multiple of the resolution.
    """
    if not (np.isfinite(resolution) and resolution > 0):
        raise InputError(f"resolution must be a length above 0 m, not {resolution}")
    x0, y0, x1, y1 = bounds or _snapped(solids.bounds(), resolution)
    if not (np.isfinite([x0, y0, x1, y1]).all() and x1 > x0 and y1 > y0):
        raise InputError(f"bounds must be x0 < x1 and y0 < y1, not {(x0, y0, x1, y1)}")
    nx, ny = (max(1, int(np.ceil(length / resolution - TOUCH))) for length in (x1 - x0, y1 - y0))
    if nx * ny > MAX_CELLS:
        raise InputError(f"a grid of {nx} x {ny} cells is too large; at most {MAX_CELLS}: use a coarser resolution")
    blocked = _cover(solids, (ny, nx), resolution, (x0, y0))
    return OccupancyGrid(blocked, resolution, (x0, y0))


def _snapped(bounds: Bounds, resolution: float) -> Bounds:
    x0, y0 = (np.floor(v / resolution + TOUCH) * resolution for v in bounds[:2])
    return float(x0), float(y0), *bounds[2:]


def _cover(solids: Footprints, shape: tuple[int, int], resolution: float, origin: tuple[float, float]) -> BoolGrid:
    """Cells that the solids cover, in units of cells from here on."""
    blocked = np.zeros(shape, dtype=np.bool_)
    touch = TOUCH / resolution
    slabs = solids.slabs / resolution
    slabs[:, 0] -= np.divide(origin, resolution)
    discs = solids.discs / resolution
    discs[:, :2] -= np.divide(origin, resolution)

    reach = np.abs(slabs[:, 1:]).sum(axis=1)
    windows = _windows(slabs[:, 0] - reach, slabs[:, 0] + reach, shape, touch)
    straight: BoolGrid = np.all((np.abs(slabs[:, 1:]) < touch).any(axis=2), axis=1)
    for x0, y0, x1, y1 in windows[straight].tolist():
        blocked[y0:y1, x0:x1] = True

    _mark_convex(blocked, windows[~straight], _slab_planes(slabs[~straight, 0], slabs[~straight, 1:]), touch)

    which, cells = _cells_in(_windows(discs[:, :2] - discs[:, 2:], discs[:, :2] + discs[:, 2:], shape, touch))
    nearest = np.maximum(np.abs(discs[which, :2] - cells - 0.5) - 0.5, 0.0)
    _mark(blocked, cells[np.einsum("ij,ij->i", nearest, nearest) < (discs[which, 2] - touch) ** 2])

    for polygons in _same_corners(solids.polygons):
        corners = (polygons - origin) / resolution
        along = np.roll(corners, -1, axis=1) - corners
        normals = np.stack([along[..., 1], -along[..., 0]], axis=-1)
        windows = _windows(corners.min(axis=1), corners.max(axis=1), shape, touch)
        _mark_convex(blocked, windows, (normals, np.einsum("nki,nki->nk", normals, corners)), touch)
    return blocked


def _windows(low: FloatArray, high: FloatArray, shape: tuple[int, int], touch: float) -> npt.NDArray[np.intp]:
    """Cells x0, y0, x1, y1 (ends excluded) that the rectangles low..high reach into, at least one each, clipped."""
    first = np.floor(low + touch).astype(np.intp)
    last = np.maximum(np.ceil(high - touch).astype(np.intp), first + 1)
    limit = shape[::-1]
    return np.concatenate([np.clip(first, 0, limit), np.clip(last, 0, limit)], axis=1)


def _same_corners(polygons: Iterable[FloatArray]) -> Iterable[FloatArray]:
    """The polygons stacked (n, k, 2) by their number of corners."""
    by_count: dict[int, list[FloatArray]] = {}
    for polygon in polygons:
        by_count.setdefault(len(polygon), []).append(polygon)
    return [np.stack(group) for group in by_count.values()]


def _cells_in(windows: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """For every cell of every window: the window's index (n,), and the cell's x and y (n, 2)."""
    width, height = windows[:, 2] - windows[:, 0], windows[:, 3] - windows[:, 1]
    count = width * height
    which = np.repeat(np.arange(len(windows)), count)
    k = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    step = np.stack(np.divmod(k, width[which])[::-1], axis=1)
    return which, windows[which, :2] + step


def _slab_planes(centers: FloatArray, edges: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Outward normals (n, 6, 2) and offsets (n, 6) of the half planes that bound projected boxes."""
    side = np.stack([-edges[..., 1], edges[..., 0]], axis=-1)
    reach = np.abs(np.einsum("nki,nji->nkj", side, edges)).sum(axis=2)
    along = np.einsum("nki,ni->nk", side, centers)
    return np.concatenate([side, -side], axis=1), np.concatenate([reach + along, reach - along], axis=1)


def _mark_convex(
    blocked: BoolGrid,
    windows: npt.NDArray[np.intp],
    planes: tuple[FloatArray, FloatArray],
    touch: float,
) -> None:
    """Block the cells of each window that none of its half planes (normals of any length) parts from its shape."""
    normals, offsets = planes
    limits = offsets + np.abs(normals).sum(axis=-1) / 2 - touch * np.linalg.norm(normals, axis=-1) + 1e-12
    which, cells = _cells_in(windows)
    middle = cells + 0.5
    inside = np.ones(len(cells), dtype=np.bool_)
    for normal, limit in zip(normals.swapaxes(0, 1), limits.T, strict=True):
        inside &= np.einsum("ni,ni->n", normal[which], middle) <= limit[which]
    _mark(blocked, cells[inside])


def _mark(blocked: BoolGrid, cells: npt.NDArray[np.intp]) -> None:
    blocked[cells[:, 1], cells[:, 0]] = True
