"""The dynamic window approach (Fox, Burgard, Thrun 1997) on the points of one lidar scan.

Of the twists that the robot can reach within one control period, those from which it could not brake to a stop
clear of every point are out. The rest are rolled out at constant speed; the best by progress to the target, heading,
clearance and speed wins.
"""

from dataclasses import dataclass

import numpy as np

from envs.experts._dwa_kernels import best_choice
from twin.geometry import FloatArray


@dataclass(frozen=True, slots=True)
class Window:
    """How far and how finely to look; lengths in metres, times in seconds."""

    horizon: float = 2.0
    step: float = 0.2
    speeds: int = 7
    turns: int = 15
    margin: float = 0.06
    """Kept free around the footprint."""
    comfort: float = 0.4
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
    v, w, score = best_choice(settings, speeds, turns, limits, period, box, points, target)
    return float(v), float(w), float(score)


def _choices(now: float, reach: float, limits: FloatArray, count: int) -> FloatArray:
    low, high = max(limits[0], now - reach), min(limits[1], now + reach)
    low, high = min(low, limits[1]), max(high, limits[0])
    choices = np.linspace(low, high, count)
    return np.append(choices, 0.0) if low < 0.0 < high else choices
