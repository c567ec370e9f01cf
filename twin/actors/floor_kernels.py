"""Compiled look-ups of how far a point is from what stands on the floor, and how long a way is free."""

from math import floor, hypot

from twin.compiled import compiled
from twin.geometry import FloatArray

FAR = 1e3
"""Metres of clearance outside of the grid."""
STEPS = 6
"""Most look-ups along a way."""


@compiled
def clearance_at(x: float, y: float, clearance: FloatArray, frame: FloatArray) -> float:
    """Metres to what stands, between the middles of cells by bilinear interpolation."""
    column = (x - frame[0]) / frame[2] - 0.5
    row = (y - frame[1]) / frame[2] - 0.5
    ny, nx = clearance.shape
    if not (column >= 0.0 and row >= 0.0 and column < nx - 1 and row < ny - 1):
        return FAR
    i, j = floor(row), floor(column)
    v, u = row - i, column - j
    low = clearance[i, j] * (1.0 - u) + clearance[i, j + 1] * u
    high = clearance[i + 1, j] * (1.0 - u) + clearance[i + 1, j + 1] * u
    return low * (1.0 - v) + high * v


@compiled
def free_time(
    x: float, y: float, vx: float, vy: float, radius: float, horizon: float, clearance: FloatArray, frame: FloatArray
) -> float:
    """Seconds until a disc that goes on like this touches what stands; ``horizon`` where it does not before that.

    Steps along the way by the clearance found, as one traces a sphere.
    """
    speed = hypot(vx, vy)
    if speed < 1e-6:
        return horizon
    t = 0.0
    before = clearance_at(x, y, clearance, frame) - radius
    gap = before
    for _ in range(STEPS):
        t += max(gap, frame[2]) / speed
        if t >= horizon:
            return horizon
        gap = clearance_at(x + vx * t, y + vy * t, clearance, frame) - radius
        if gap <= 0.0 and gap < before:
            return t
    return t
