"""Following a route, given as a polyline (n, 2)."""

from collections.abc import Sequence
from math import inf, sqrt

import numpy as np
import numpy.typing as npt

from twin.compiled import compiled
from twin.geometry import FloatArray


def along(route: FloatArray, xy: Sequence[float] | FloatArray, after: float = 0.0, within: float = inf) -> float:
    """Arc length (m) at which ``route`` (n, 2) comes closest to a point (2,).

    Only the stretch from ``after`` on, ``within`` m long, is looked at: who carries the last result along
    does not jump to another part of a route that passes here twice.
    """
    x, y = xy
    return closest(route, x, y, after, within)


def look_ahead(
    route: FloatArray,
    xy: Sequence[float] | FloatArray,
    distances: npt.ArrayLike,
    after: float = 0.0,
    within: float = inf,
) -> FloatArray:
    """Points (k, 2) on ``route`` (n, 2) at ``distances`` (k,) beyond where it is closest to a point (2,).

    Beyond the route's end it is the end. ``after`` and ``within`` are those of ``along``.
    """
    x, y = xy
    return points_at(route, closest(route, x, y, after, within), np.asarray(distances, dtype=np.float64))


@compiled
def points_at(route: FloatArray, at: float, distances: FloatArray) -> FloatArray:
    """Points at arc lengths ``at + distances`` (k,), which may come in any order."""
    points = np.empty((len(distances), 2))
    for k in range(len(distances)):
        left = at + distances[k]
        points[k] = route[0] if left <= 0.0 else route[-1]
        for i in range(len(route) - 1 if left > 0.0 else 0):
            dx, dy = route[i + 1, 0] - route[i, 0], route[i + 1, 1] - route[i, 1]
            length = sqrt(dx * dx + dy * dy)
            if left < length:
                points[k, 0] = route[i, 0] + dx * left / length
                points[k, 1] = route[i, 1] + dy * left / length
                break
            left -= length
    return points


@compiled
def closest(route: FloatArray, x: float, y: float, after: float, within: float) -> float:
    """``along``, compiled."""
    total = 0.0
    for i in range(len(route) - 1):
        total += sqrt((route[i + 1, 0] - route[i, 0]) ** 2 + (route[i + 1, 1] - route[i, 1]) ** 2)
    low, high = min(max(after, 0.0), total), min(max(after + within, 0.0), total)
    best, nearest, start = low, inf, 0.0
    for i in range(len(route) - 1):
        dx, dy = route[i + 1, 0] - route[i, 0], route[i + 1, 1] - route[i, 1]
        length = sqrt(dx * dx + dy * dy)
        if length > 0.0 and start + length >= low - 1e-9 and start <= high + 1e-9:
            # Nearest place on the leg, as far as it belongs to the stretch from low to high.
            s = ((x - route[i, 0]) * dx + (y - route[i, 1]) * dy) / length
            s = min(max(s, 0.0, low - start), length, high - start)
            gap = (route[i, 0] + s * dx / length - x) ** 2 + (route[i, 1] + s * dy / length - y) ** 2
            if gap < nearest:
                best, nearest = start + s, gap
        start += length
    return best
