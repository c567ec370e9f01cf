"""The compiled loop of ``_dwa``."""

from math import cos, hypot, inf, sin

import numpy as np

from envs.footprint_kernels import nearest, stops_clear
from twin.compiled import compiled
from twin.geometry import FloatArray


@compiled(fastmath=True)
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
    """Speed, turn rate and score of the best pair of ``speeds`` and ``turns``; see ``_dwa.choose``."""
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
            if not stops_clear((v, 0.0, w), limits[0, 2], period, margin, box, points):
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
                if distance <= end_distance:
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
