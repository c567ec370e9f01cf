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
def best_choice(
    settings: FloatArray,
    speeds: FloatArray,
    turns: FloatArray,
    limits: FloatArray,
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
    for v in speeds:
        for w in turns:
            # Drive on for as long as the horizon says, then brake: a choice is safe if the whole of it is.
            brake = abs(v) / limits[0, 2]
            clear = inf
            x, y, yaw, time = 0.0, 0.0, 0.0, 0.0
            hit_after = inf
            end_distance, end_x, end_y, end_yaw = start_distance, 0.0, 0.0, 0.0
            for _ in range(steps):
                middle = yaw + w * step / 2
                x += v * step * cos(middle)
                y += v * step * sin(middle)
                yaw += w * step
                time += step
                near = inf
                for p in range(len(points)):
                    gap = footprint_gap(x, y, yaw, box, points[p, 0], points[p, 1])
                    near = min(near, gap)
                if near < margin:
                    hit_after = time
                    break
                clear = min(clear, near)
                distance = hypot(target[0] - x, target[1] - y)
                if distance < end_distance:
                    end_distance, end_x, end_y, end_yaw = distance, x, y, yaw
            # Inadmissible when the robot could not stop before the collision that this choice leads to.
            if hit_after < brake + 3.0 * step:
                continue
            if hit_after < inf:
                clear = 0.0
            bearing = np.arctan2(target[1] - end_y, target[0] - end_x) - end_yaw
            facing = cos(bearing)
            score = (
                target_weight * (start_distance - end_distance) / (top_speed * horizon)
                + heading_weight * facing
                + clearance_weight * min(clear, comfort) / comfort
                + speed_weight * v / top_speed
            )
            if score > best:
                best_v, best_w, best = v, w, score
    return best_v, best_w, best
