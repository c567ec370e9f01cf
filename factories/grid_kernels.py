"""Compiled loops over grids: arrival times, the way down them, and straight short cuts."""

import numpy as np
import numpy.typing as npt

from factories.occupancy import BoolGrid
from twin.compiled import compiled
from twin.geometry import FloatArray

IntArray = npt.NDArray[np.int64]
ON = 1e-9
"""Cells off a centre that count as on it."""


@compiled
def sweep(times: FloatArray, mask: BoolGrid, slowness: FloatArray, step: float) -> None:
    """Lower ``times`` (ny, nx) in place to the solution of |grad t| = slowness in the cells of ``mask``.

    Cells outside the mask keep their times and pass them on. ``step`` is the cell's size. Sweeps in the four diagonal
    directions until no cell changes by more than a thousandth of a step, past cells beside which nothing has changed
    (the locking sweeping method, Bak, McLaughlin, Renzi 2010).
    """
    ny, nx = times.shape
    open_ = np.zeros((ny, nx), np.bool_)
    for j in range(ny):
        for i in range(nx):
            if np.isfinite(times[j, i]):
                _open_beside(times, open_, j, i)
    change = np.inf
    while change > 1e-3 * step:
        change = 0.0
        for direction in range(4):
            for row in range(ny):
                j = row if direction < 2 else ny - 1 - row
                for column in range(nx):
                    i = column if direction % 2 == 0 else nx - 1 - column
                    if not open_[j, i]:
                        continue
                    open_[j, i] = False
                    if not mask[j, i]:
                        continue
                    near = min(times[j, i - 1] if i > 0 else np.inf, times[j, i + 1] if i < nx - 1 else np.inf)
                    far = min(times[j - 1, i] if j > 0 else np.inf, times[j + 1, i] if j < ny - 1 else np.inf)
                    if near > far:
                        near, far = far, near
                    old = times[j, i]
                    if near >= old:
                        continue
                    cost = slowness[j, i] * step
                    if far - near >= cost:
                        new = near + cost
                    else:
                        new = 0.5 * (near + far + np.sqrt(2 * cost * cost - (far - near) ** 2))
                    if new < old:
                        times[j, i] = new
                        change = max(change, old - new)
                        _open_beside(times, open_, j, i)


@compiled
def _open_beside(times: FloatArray, open_: BoolGrid, j: int, i: int) -> None:
    """Have the cells looked at again that may be reached quicker through this one."""
    ny, nx = times.shape
    time = times[j, i]
    if i > 0 and times[j, i - 1] > time:
        open_[j, i - 1] = True
    if i < nx - 1 and times[j, i + 1] > time:
        open_[j, i + 1] = True
    if j > 0 and times[j - 1, i] > time:
        open_[j - 1, i] = True
    if j < ny - 1 and times[j + 1, i] > time:
        open_[j + 1, i] = True


@compiled
def lengths(
    values: FloatArray, xy: FloatArray, origin: tuple[float, float], size: float, goal: tuple[float, float]
) -> FloatArray:
    """Metres (n,) of the ways from points ``xy`` (n, 2) to ``goal``: ``length_at`` of each."""
    out = np.empty(len(xy))
    for n in range(len(xy)):
        out[n] = length_at(values, xy[n, 0], xy[n, 1], origin, size, goal)
    return out


@compiled
def length_at(
    values: FloatArray, x: float, y: float, origin: tuple[float, float], size: float, goal: tuple[float, float]
) -> float:
    """Metres from a point to ``goal``: between ``values`` (ny, nx) at cell centres, but never less than straight.

    Straight within a cell's ``size`` of the goal; the grid's lower left corner is at ``origin``.
    """
    straight = np.sqrt((x - goal[0]) ** 2 + (y - goal[1]) ** 2)
    if straight <= size:
        return straight
    return max(interpolate_at(values, (x - origin[0]) / size, (y - origin[1]) / size), straight)


@compiled
def interpolate_at(values: FloatArray, x: float, y: float) -> float:
    """Bilinear between cell centres at a point in cells from the grid's lower left corner.

    Corners without a finite value are left out; inf where the point's own cell has none, or is beyond the grid.
    """
    ny, nx = values.shape
    if not (0 <= x < nx and 0 <= y < ny) or not np.isfinite(values[int(y), int(x)]):
        return np.inf
    i, j = int(np.floor(x - 0.5 + ON)), int(np.floor(y - 0.5 + ON))
    u, v = x - 0.5 - i, y - 0.5 - j
    if u < ON and v < ON:
        return values[j, i]
    total, weight = 0.0, 0.0
    for dj in range(2):
        for di in range(2):
            share = (u if di else 1 - u) * (v if dj else 1 - v)
            if share > ON:
                value = values[min(max(j + dj, 0), ny - 1), min(max(i + di, 0), nx - 1)]
                if np.isfinite(value):
                    total += share * value
                    weight += share
    return total / weight


@compiled
def descend(times: FloatArray, start: IntArray, stop: BoolGrid) -> IntArray:
    """Cells (n, 2), row and column, from ``start`` (2,) down the steepest of eight ways.

    Ends at the first cell of ``stop``, or a lowest one. A diagonal way must have both cells beside it open, so that
    it cuts no corner.
    """
    ny, nx = times.shape
    row, column = start
    cells = [(row, column)]
    while not stop[row, column]:
        best, next_row, next_column = 0.0, row, column
        for dj in range(-1, 2):
            for di in range(-1, 2):
                j, i = row + dj, column + di
                if not (0 <= j < ny and 0 <= i < nx) or times[j, i] >= times[row, column]:
                    continue
                if np.isinf(times[row, i]) or np.isinf(times[j, column]):
                    continue
                slope = (times[row, column] - times[j, i]) / np.sqrt(dj * dj + di * di)
                if slope > best:
                    best, next_row, next_column = slope, j, i
        if best == 0.0:
            break
        row, column = next_row, next_column
        cells.append((row, column))
    return np.array(cells)


@compiled
def affordable(slowness: FloatArray, start: FloatArray, end: FloatArray, budget: float) -> bool:
    """Whether the integral of ``slowness`` along a straight line is at most ``budget``, all in cells."""
    length = np.hypot(end[0] - start[0], end[1] - start[1])
    pieces = int(np.ceil(4 * length)) + 1
    budget *= pieces / max(length, 1e-12)
    for k in range(pieces):
        t = (k + 0.5) / pieces
        x, y = start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])
        cost = slowness[int(y), int(x)]
        budget -= cost
        if budget < 0 or np.isinf(cost):
            return False
    return True


@compiled
def look_around(times: FloatArray, slowness: FloatArray, goal: FloatArray, radius: int) -> None:
    """Lower ``times``, in cells, in place to the straight distance from ``goal`` (2,), for the cells seen from there.

    A cell within ``radius`` is seen when the line to its centre stays in cells of finite ``slowness``.
    """
    ny, nx = times.shape
    center = np.empty(2)
    for j in range(max(0, int(goal[1]) - radius), min(ny, int(goal[1]) + radius + 1)):
        for i in range(max(0, int(goal[0]) - radius), min(nx, int(goal[0]) + radius + 1)):
            center[:] = i + 0.5, j + 0.5
            distance = np.hypot(center[0] - goal[0], center[1] - goal[1])
            if distance < times[j, i] and distance <= radius and affordable(slowness, goal, center, np.inf):
                times[j, i] = distance


@compiled
def straighten(path: FloatArray, times: FloatArray, slowness: FloatArray, slack: float) -> IntArray:
    """Indices (m,) of the points of ``path`` (n, 2), in cells, that stay, the first and last among them.

    ``times`` (n,) say what is left to go. What lies between two points is left out when the straight line
    costs at most ``slack`` more than the difference of their times. Looks for the farthest such point in coarse
    steps first, so that a leg takes about a hundred tries on a path of any length.
    """
    last = len(path) - 1
    kept = [0]
    while kept[-1] < last:
        here = kept[-1]
        stride = max(1, (last - here) // 64)
        farthest = here + 1
        for ahead in range(last, here + 1, -stride):
            if affordable(slowness, path[here], path[ahead], times[here] - times[ahead] + slack):
                farthest = ahead
                break
        for ahead in range(min(farthest + stride - 1, last), farthest, -1):
            if affordable(slowness, path[here], path[ahead], times[here] - times[ahead] + slack):
                farthest = ahead
                break
        kept.append(farthest)
    return np.array(kept)


@compiled
def lie_between(
    distances: FloatArray, mask: BoolGrid, row: int, column: int, limit: float, step: float
) -> tuple[BoolGrid, tuple[int, int, int, int]]:
    """Cells (ny, nx) of ``mask`` with a ``distance`` that is at most ``limit`` together with that to one cell.

    ``limit`` in cells, ``distances`` in lengths of which a cell's side is ``step``. The second result are the first
    row of them, the one after the last, and the same of columns.
    """
    ny, nx = mask.shape
    inside = np.zeros((ny, nx), np.bool_)
    top, bottom, left, right = ny, 0, nx, 0
    for j in range(ny):
        for i in range(nx):
            if not mask[j, i]:
                continue
            rest = limit - distances[j, i] / step
            if not (np.isinf(limit) or (rest >= 0.0 and (j - row) ** 2 + (i - column) ** 2 <= rest * rest)):
                continue
            inside[j, i] = True
            top, bottom, left, right = min(top, j), max(bottom, j + 1), min(left, i), max(right, i + 1)
    return inside, (top, bottom, left, right)


@compiled
def raise_around(values: FloatArray, cells: IntArray, least: FloatArray) -> None:
    """Raise ``values`` (ny, nx) in place to ``least`` (k, k) around each of the ``cells`` (n, 2); k is odd."""
    ny, nx = values.shape
    reach = len(least) // 2
    for n in range(len(cells)):
        row, column = cells[n, 0], cells[n, 1]
        for j in range(max(0, row - reach), min(ny, row + reach + 1)):
            for i in range(max(0, column - reach), min(nx, column + reach + 1)):
                values[j, i] = max(values[j, i], least[j - row + reach, i - column + reach])


@compiled
def exits(times: FloatArray, mask: BoolGrid) -> tuple[IntArray, IntArray, FloatArray]:
    """Of the cells of ``mask`` with finite ``times`` (ny, nx): their numbers, where their ways end, how long they are.

    Ways lead down the ``times``, which are 0 where they end.
    """
    ny, nx = times.shape
    flat = times.ravel()
    inside = mask.ravel()
    cells = np.flatnonzero(inside & (flat < np.inf))
    cells = cells[np.argsort(flat[cells], kind="mergesort")]
    ends = np.arange(ny * nx)
    for cell in cells:
        j, i = cell // nx, cell % nx
        best = cell
        if i > 0 and flat[cell - 1] < flat[best]:
            best = cell - 1
        if i < nx - 1 and flat[cell + 1] < flat[best]:
            best = cell + 1
        if j > 0 and flat[cell - nx] < flat[best]:
            best = cell - nx
        if j < ny - 1 and flat[cell + nx] < flat[best]:
            best = cell + nx
        ends[cell] = ends[best]
    return cells, ends[cells], flat[cells]
