"""The compiled loop of ``dwa``."""

from math import cos, hypot, inf, sin

import numba
import numpy as np

from twin.geometry import FloatArray


@numba.njit(cache=True, fastmath=True)
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


@numba.njit(cache=True, fastmath=True)
def nearest(x: float, y: float, yaw: float, box: FloatArray, points: FloatArray) -> float:
    """Smallest distance from any of the points (n, 2) to the footprint at a pose."""
    near = inf
    for p in range(len(points)):
        near = min(near, footprint_gap(x, y, yaw, box, points[p, 0], points[p, 1]))
    return near


@numba.njit(cache=True, fastmath=True)
def stops_clear(
    v: float, w: float, deceleration: float, period: float, margin: float, box: FloatArray, points: FloatArray
) -> bool:
    """Whether driving one period at v, w and then braking on the same arc keeps ``margin`` to all points."""
    x, y, yaw = 0.0, 0.0, 0.0
    curvature_time = w / v if abs(v) > 1e-6 else 0.0
    speed, turn, step = v, w, period
    while True:
        middle = yaw + turn * step / 2
        x += speed * step * cos(middle)
        y += speed * step * sin(middle)
        yaw += turn * step
        if nearest(x, y, yaw, box, points) < margin:
            return False
        if abs(speed) <= deceleration * period:
            return True
        speed -= deceleration * period if speed > 0.0 else -deceleration * period
        turn = curvature_time * speed


@numba.njit(cache=True, fastmath=True)
def best_choice(
    settings: FloatArray,
    speeds: FloatArray,
    turns: FloatArray,
    limits: FloatArray,
    period: float,
    box: FloatArray,
    points: FloatArray,
    target: FloatArray,
) -> tuple[float, float, float]:
    """Speed, turn rate and score of the best pair of ``speeds`` and ``turns``; see ``dwa.choose``."""
    horizon, step, margin, comfort = settings[0], settings[1], settings[2], settings[3]
    target_weight, heading_weight, clearance_weight, speed_weight = settings[4], settings[5], settings[6], settings[7]
    best_v, best_w, best = 0.0, 0.0, -inf
    start_distance = hypot(target[0], target[1])
    top_speed = limits[0, 1]
    steps = int(horizon / step)
    # Already nearer than the margin: whatever does not come nearer still is a way out.
    margin = max(min(margin, nearest(0.0, 0.0, 0.0, box, points) - 0.005), 0.01)
    for v in speeds:
        for w in turns:
            if not stops_clear(v, w, limits[0, 2], period, margin, box, points):
                continue
            clear = inf
            x, y, yaw = 0.0, 0.0, 0.0
            end_distance, end_x, end_y, end_yaw = start_distance, 0.0, 0.0, 0.0
            for _ in range(steps):
                middle = yaw + w * step / 2
                x += v * step * cos(middle)
                y += v * step * sin(middle)
                yaw += w * step
                clear = min(clear, nearest(x, y, yaw, box, points))
                if clear < margin:
                    break
                distance = hypot(target[0] - x, target[1] - y)
                if distance < end_distance:
                    end_distance, end_x, end_y, end_yaw = distance, x, y, yaw
            bearing = np.arctan2(target[1] - end_y, target[0] - end_x) - end_yaw
            room = max(0.0, min(clear, comfort)) / comfort
            score = (
                target_weight * (start_distance - end_distance) / (top_speed * horizon)
                + heading_weight * cos(bearing)
                - clearance_weight * (1.0 - room) ** 2
                + speed_weight * v / top_speed
            )
            if score > best:
                best_v, best_w, best = v, w, score
    return best_v, best_w, best
