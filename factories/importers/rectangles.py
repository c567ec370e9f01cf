"""Few rectangles for many cells."""

import numpy as np
import numpy.typing as npt

from factories.occupancy import BoolGrid

Rectangles = npt.NDArray[np.intp]


def rectangles(mask: BoolGrid) -> Rectangles:
    """Rectangles (n, 4), as x, y, width, height in cells, that cover the cells of ``mask`` (ny, nx) and no others.

    Runs along x with the same ends in neighbouring rows are joined, or runs along y, whichever gives fewer.
    """
    along_x, along_y = _joined_runs(mask), _joined_runs(mask.T)[:, [1, 0, 3, 2]]
    return along_x if len(along_x) <= len(along_y) else along_y


def _joined_runs(mask: BoolGrid) -> Rectangles:
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(edges == 1)
    _, end = np.nonzero(edges == -1)
    order = np.lexsort((row, end, start))
    row, start, end = row[order], start[order], end[order]
    first = np.ones(len(row), dtype=np.bool_)
    first[1:] = (np.diff(row) != 1) | (np.diff(start) != 0) | (np.diff(end) != 0)
    leaders = np.flatnonzero(first)
    heights = np.diff(np.append(leaders, len(row)))
    return np.stack([start[leaders], row[leaders], end[leaders] - start[leaders], heights], axis=1)
