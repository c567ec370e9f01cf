"""Compiled geometry of a robot's rectangular footprint among points; everything in the robot's frame."""

from math import cos, hypot, inf, sin

from twin.compiled import compiled
from twin.geometry import FloatArray


@compiled(fastmath=True)
def footprint_gap(x: float, y: float, yaw: float, box: FloatArray, px: float, py: float) -> float:
    """Distance from a point to the footprint at a pose; negative inside."""
    dx, dy = px - x, py - y
    c, s = cos(yaw), sin(yaw)
    lx, ly = c * dx + s * dy, c * dy - s * dx
    ox = max(lx - box[0], -box[1] - lx)
    oy = max(ly - box[2], -box[3] - ly)
    if ox > 0.0 and oy > 0.0:
        return hypot(ox, oy)
    return max(ox, oy)


@compiled(fastmath=True)
def nearest(x: float, y: float, yaw: float, box: FloatArray, points: FloatArray) -> float:
    """Smallest distance from any of the points (n, 2) to the footprint at a pose."""
    near = inf
    for p in range(len(points)):
        near = min(near, footprint_gap(x, y, yaw, box, points[p, 0], points[p, 1]))
    return near


@compiled(fastmath=True)
def stops_clear(
    twist: tuple[float, float, float],
    deceleration: float,
    period: float,
    margin: float,
    box: FloatArray,
    points: FloatArray,
) -> bool:
    """Whether driving one period at a twist (vx, vy, yaw rate), then braking on its arc, keeps ``margin`` to points."""
    vx, vy, w = twist
    x, y, yaw = 0.0, 0.0, 0.0
    speed, share, step = hypot(vx, vy), 1.0, period
    while True:
        middle = yaw + share * w * step / 2
        c, s = cos(middle), sin(middle)
        x += share * (vx * c - vy * s) * step
        y += share * (vx * s + vy * c) * step
        yaw += share * w * step
        if nearest(x, y, yaw, box, points) < margin:
            return False
        share -= deceleration * period / speed if speed > deceleration * period else 1.0
        if share <= 0.0:
            return True
