"""Compiled loops of ``navigator``: which returns of the lidar the map does not explain, and what lies in the way."""

from math import floor

import numpy as np

from twin.compiled import compiled
from twin.geometry import FloatArray

LOST = 2.0
"""Seconds: rays are apart, and miss for a while what is there all the same."""


@compiled
def remember(
    returns: FloatArray,
    wall_distance: FloatArray,
    origin: tuple[float, float],
    resolution: float,
    beside: float,
    time: float,
    seen_at: FloatArray,
    seen_since: FloatArray,
) -> FloatArray:
    """Those of ``returns`` (n, 2) that lie farther than ``beside`` (m) from anything on the map, (m, 2).

    ``time`` is written into their cells of ``seen_at`` (ny, nx), and into those of ``seen_since`` (ny, nx) where
    nothing was seen for ``LOST`` seconds; ``wall_distance`` (ny, nx) in metres.
    """
    ny, nx = seen_at.shape
    news = np.empty(returns.shape)
    count = 0
    for k in range(len(returns)):
        column = floor((returns[k, 0] - origin[0]) / resolution)
        row = floor((returns[k, 1] - origin[1]) / resolution)
        if 0 <= row < ny and 0 <= column < nx and wall_distance[row, column] > beside:
            if time - seen_at[row, column] > LOST:
                seen_since[row, column] = time
            seen_at[row, column] = time
            news[count] = returns[k]
            count += 1
    return news[:count]


@compiled
def in_the_way(route: FloatArray, points: FloatArray, clearance: float) -> bool:
    """Whether any of ``points`` (n, 2) is nearer than ``clearance`` to any point of ``route`` (m, 2)."""
    for i in range(len(route)):
        for k in range(len(points)):
            dx, dy = route[i, 0] - points[k, 0], route[i, 1] - points[k, 1]
            if dx * dx + dy * dy < clearance * clearance:
                return True
    return False
