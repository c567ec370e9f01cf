"""Following a route, given as a polyline (n, 2)."""

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray


def along(route: FloatArray, xy: npt.ArrayLike, after: float = 0.0, within: float = np.inf) -> float:
    """Arc length (m) at which ``route`` (n, 2) comes closest to a point (2,).

    Only the stretch from ``after`` on, ``within`` m long, is looked at: who carries the last result along
    does not jump to another part of a route that passes here twice.
    """
    return _closest(route, _arcs(route), np.asarray(xy, dtype=np.float64), after, within)


def look_ahead(
    route: FloatArray, xy: npt.ArrayLike, distances: npt.ArrayLike, after: float = 0.0, within: float = np.inf
) -> FloatArray:
    """Points (k, 2) on ``route`` (n, 2) at ``distances`` (k,) beyond where it is closest to a point (2,).

    Beyond the route's end it is the end. ``after`` and ``within`` are those of ``along``.
    """
    arcs = _arcs(route)
    at = _closest(route, arcs, np.asarray(xy, dtype=np.float64), after, within) + np.asarray(distances)
    points = np.empty((len(at), 2))
    points[:, 0] = np.interp(at, arcs, route[:, 0])
    points[:, 1] = np.interp(at, arcs, route[:, 1])
    return points


def _arcs(route: FloatArray) -> FloatArray:
    """Arc length (n,) at each corner."""
    arcs = np.zeros(len(route))
    legs = route[1:] - route[:-1]
    np.cumsum(np.hypot(legs[:, 0], legs[:, 1]), out=arcs[1:])
    return arcs


def _closest(route: FloatArray, arcs: FloatArray, xy: FloatArray, after: float, within: float) -> float:
    end = float(arcs[-1])
    low, high = min(max(after, 0.0), end), min(max(after + within, 0.0), end)
    starts, legs = arcs[:-1], route[1:] - route[:-1]
    lengths = np.maximum(arcs[1:] - starts, 1e-12)
    offset = xy - route[:-1]
    # Nearest place on each leg, as far as it belongs to the stretch from low to high.
    share = (offset[:, 0] * legs[:, 0] + offset[:, 1] * legs[:, 1]) / (lengths * lengths)
    at = starts + np.minimum(np.maximum(share, 0.0), 1.0) * lengths
    at = np.minimum(np.maximum(at, low), high)
    share = (at - starts) / lengths
    gap_x, gap_y = share * legs[:, 0] - offset[:, 0], share * legs[:, 1] - offset[:, 1]
    # A leg outside the stretch was prolonged to reach it: it does not count.
    gaps = np.where(np.abs(share - 0.5) > 0.5 + 1e-9, np.inf, gap_x * gap_x + gap_y * gap_y)
    return float(at[gaps.argmin()])
