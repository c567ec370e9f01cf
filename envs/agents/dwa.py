"""The dynamic window approach (Fox, Burgard, Thrun 1997) on the points of one lidar scan.

Every twist that the robot can reach within one control period is rolled out; those that would hit a point, or
from which braking would hit one, are out; the best of the rest by heading to the target, clearance and speed wins.
"""

from dataclasses import dataclass
from math import cos, hypot, inf, sin

import numba
import numpy as np

from twin.geometry import FloatArray


@dataclass(frozen=True, slots=True)
class Window:
    """How far and how finely to look; lengths in metres, times in seconds."""

    horizon: float = 2.0
    step: float = 0.2
    speeds: int = 7
    turns: int = 15
    margin: float = 0.08
    """Kept free around the footprint."""
    comfort: float = 0.5
    """Clearance beyond which more is not better."""
    target_weight: float = 1.0
    heading_weight: float = 0.25
    clearance_weight: float = 0.6
    speed_weight: float = 0.15


def choose(
    window: Window,
    twist: tuple[float, float],
    limits: FloatArray,
    period: float,
    box: FloatArray,
    points: FloatArray,
    target: FloatArray,
) -> tuple[float, float, float]:
    """The best (speed, turn rate) and its score, -inf where every choice hits something.

    ``twist`` now (m/s, rad/s); ``limits`` (2, 3): rows speed and turn rate, columns low, high, acceleration;
    ``box`` (4,): front, back, left, right extent of the footprint; ``points`` (n, 2) and ``target`` (2,) in the
    robot's frame.
    """
    settings = np.array(
        [
            window.horizon,
            window.step,
            window.margin,
            window.comfort,
            window.target_weight,
            window.heading_weight,
            window.clearance_weight,
            window.speed_weight,
        ]
    )
    reach = period * limits[:, 2]
    speeds = _choices(twist[0], reach[0], limits[0], window.speeds)
    turns = _choices(twist[1], reach[1], limits[1], window.turns)
    v, w, score = _best(settings, speeds, turns, limits, box, points, target)
    return float(v), float(w), float(score)


def _choices(now: float, reach: float, limits: FloatArray, count: int) -> FloatArray:
    low, high = max(limits[0], now - reach), min(limits[1], now + reach)
    low, high = min(low, limits[1]), max(high, limits[0])
    choices = np.linspace(low, high, count)
    return np.append(choices, 0.0) if low < 0.0 < high else choices


@numba.njit(cache=True, fastmath=True)
def _gap(x, y, yaw, box, px, py):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
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
def _best(settings, speeds, turns, limits, box, points, target):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
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
                    gap = _gap(x, y, yaw, box, points[p, 0], points[p, 1])
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
