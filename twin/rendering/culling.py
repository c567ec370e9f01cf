"""Which geoms a camera can see. Time grows with what is near the camera's view, not with the hall."""

import numpy as np
import numpy.typing as npt

from twin.rendering.drawables import Rows

Floats = npt.NDArray[np.float32]

_CELL = 6.0
"""m, of the squares that what stands still is sorted into."""


class Grid:
    """Spheres that stand still, sorted into squares of the floor; the large ones are in none of them."""

    def __init__(self, centers: Floats, radii: Floats, rows: Rows) -> None:
        large = radii[rows] > _CELL
        self._large, small = rows[large], rows[~large]
        keys, cell = np.unique(np.floor(centers[small, :2] / _CELL), axis=0, return_inverse=True)
        order = np.argsort(cell.ravel(), kind="stable")
        self._rows = np.split(small[order], np.cumsum(np.bincount(cell.ravel(), minlength=len(keys)))[:-1])
        low = np.array([(centers[r] - radii[r, None]).min(axis=0) for r in self._rows if r.size]).reshape(-1, 3)
        high = np.array([(centers[r] + radii[r, None]).max(axis=0) for r in self._rows if r.size]).reshape(-1, 3)
        self._centers = ((low + high) / 2).astype(np.float32)
        self._radii = (np.linalg.norm(high - low, axis=1) / 2).astype(np.float32)

    def near(self, planes: Floats) -> list[Rows]:
        """Candidates: the large ones, and those of squares not wholly outside of ``planes`` (k, 4)."""
        cells = np.flatnonzero(inside(planes, self._centers, self._radii))
        return [self._large, *(self._rows[cell] for cell in cells)]


class Culler:
    """Tests what may move one by one, and the rest by the squares it stands in."""

    def __init__(self, may_move: npt.NDArray[np.bool_]) -> None:
        self._still, self.movers = np.flatnonzero(~may_move), np.flatnonzero(may_move)
        self._may_move = may_move
        self._grid: Grid | None = None

    def placed(self, rows: Rows) -> bool:
        """Tell it that geoms were moved; says whether one of them was not expected to."""
        unexpected = not self._may_move[rows].all()
        if unexpected:
            self._grid = None
        return unexpected

    def visible(self, planes: Floats, centers: Floats, radii: Floats) -> Rows:
        """Rows of spheres not wholly outside of ``planes`` (k, 4), ascending."""
        if self._grid is None:
            self._grid = Grid(centers, radii, self._still)
        rows = np.concatenate([self.movers, *self._grid.near(planes)])
        return np.sort(rows[inside(planes, centers[rows], radii[rows])])


def inside(planes: Floats, centers: Floats, radii: Floats) -> npt.NDArray[np.bool_]:
    """Which spheres (n,) are not wholly behind one of the planes (k, 4) of length 1."""
    distances = planes[:, :3] @ centers.T
    distances += planes[:, 3:] + radii
    return np.asarray((distances >= 0).all(axis=0))
