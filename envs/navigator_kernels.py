"""Compiled loops of ``navigator``: what was seen that the map does not explain, and what lies in the way or around."""

from math import atan2, ceil, cos, floor, hypot, inf, pi, sin

import numpy as np

from factories.occupancy import BoolGrid
from twin.compiled import compiled
from twin.geometry import FloatArray

BEHIND = 2.0
"""Cells behind the middle of one to which a ray must go."""
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
def see_through(
    eye: FloatArray,
    ranges: FloatArray,
    step: float,
    blind: float,
    reach: float,
    origin: tuple[float, float],
    resolution: float,
    seen_at: FloatArray,
) -> None:
    """Forget what is remembered in cells of ``seen_at`` (ny, nx) past which the lidar sees now.

    ``eye`` (3,): where it is (m) and the direction of its first ray (rad), of which there is one each ``step``. A cell
    is seen past where both rays beside its middle go on behind it; nearer than ``blind`` (m) they may go over it, and
    farther than ``reach`` (m) they are too far apart.
    """
    ny, nx = seen_at.shape
    column, row = floor((eye[0] - origin[0]) / resolution), floor((eye[1] - origin[1]) / resolution)
    cells = ceil(reach / resolution)
    all_around = step * len(ranges) > 2 * pi - 1e-6
    for i in range(max(0, row - cells), min(ny, row + cells + 1)):
        for j in range(max(0, column - cells), min(nx, column + cells + 1)):
            if seen_at[i, j] == -inf:
                continue
            dx = origin[0] + (j + 0.5) * resolution - eye[0]
            dy = origin[1] + (i + 0.5) * resolution - eye[1]
            distance = hypot(dx, dy)
            if distance < blind:
                continue
            behind = distance + BEHIND * resolution
            before = floor((atan2(dy, dx) - eye[2]) % (2 * pi) / step)
            after = 0 if before + 1 == len(ranges) and all_around else before + 1
            if behind < reach and after < len(ranges) and min(ranges[before], ranges[after]) > behind:
                seen_at[i, j] = -inf


@compiled
def distances_around(
    pose: tuple[float, float, float],
    directions: int,
    reach: float,
    origin: tuple[float, float],
    resolution: float,
    blocked: BoolGrid,
    seen: BoolGrid,
) -> FloatArray:
    """Metres (directions,) from ``pose`` to the first cell of either grid (ny, nx), counter-clockwise from ahead;
    ``reach`` where there is none so near.
    """
    ny, nx = blocked.shape
    x, y, heading = pose
    found = np.full(directions, reach)
    for k in range(directions):
        angle = heading + 2 * pi * k / directions
        for step in range(ceil(2 * reach / resolution)):
            away = step * resolution / 2
            row = floor((y + away * sin(angle) - origin[1]) / resolution)
            column = floor((x + away * cos(angle) - origin[0]) / resolution)
            if not (0 <= row < ny and 0 <= column < nx) or blocked[row, column] or seen[row, column]:
                found[k] = away
                break
    return found


@compiled
def in_the_way(route: FloatArray, points: FloatArray, clearance: float) -> bool:
    """Whether any of ``points`` (n, 2) is nearer than ``clearance`` to any point of ``route`` (m, 2)."""
    for i in range(len(route)):
        for k in range(len(points)):
            dx, dy = route[i, 0] - points[k, 0], route[i, 1] - points[k, 1]
            if dx * dx + dy * dy < clearance * clearance:
                return True
    return False
