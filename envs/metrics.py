"""Scores of an episode, as the field defines them: plain functions of its last state and its totals."""

import numpy as np

from envs.navigation import NavigationState, Progress
from twin.geometry import FloatArray


def success(state: NavigationState, totals: Progress) -> float:
    """1 where the robot arrived and touched nothing on its way."""
    return float(state.arrived and totals.collisions == 0)


def spl(state: NavigationState, totals: Progress) -> float:
    """Success weighted by path length: S * l / max(p, l) (Anderson et al., arXiv 1807.06757)."""
    return success(state, totals) * _efficiency(totals)


def soft_spl(state: NavigationState, totals: Progress) -> float:
    """SPL with success replaced by the share of the way that was covered (Datta et al., arXiv 2009.03231)."""
    if totals.initial_distance <= 0.0:
        return 1.0
    covered = max(0.0, 1.0 - state.distance_to_goal / totals.initial_distance)
    return covered * _efficiency(totals)


def _efficiency(totals: Progress) -> float:
    longer = max(totals.path_length, totals.initial_distance)
    return totals.initial_distance / longer if longer > 0.0 else 1.0


def summary(state: NavigationState, totals: Progress) -> dict[str, float | int | bool]:
    """Everything that goes into ``info``."""
    return {
        "is_success": bool(success(state, totals)),
        "success": success(state, totals),
        "spl": float(spl(state, totals)),
        "soft_spl": float(soft_spl(state, totals)),
        "collisions": int(totals.collisions),
        "distance_to_goal": float(state.distance_to_goal),
        "path_length": float(totals.path_length),
        "time_to_goal": float(state.time),
    }


# -- of a whole way -------------------------------------------------------------------------------------------------

NEAR = 0.3
"""Metres between the footprint and a person or vehicle below which it is a near miss ..."""
DRIVING = 0.1
"""... if the robot drives at least this fast, m/s."""


def jerk(way: FloatArray, period: float) -> float:
    """Root mean square of the third derivative of the places ``way`` (n, 2) m, driven ``period`` s apart; m/s^3."""
    third = np.diff(way, 3, axis=0) / period**3
    return float(np.sqrt((third**2).sum(axis=1).mean())) if len(third) else 0.0


def speeds(way: FloatArray, period: float) -> FloatArray:
    """Mean speed (n,) m/s over the step that led to each of the places ``way`` (n, 2) m; 0 at the first."""
    return np.concatenate([[0.0], np.hypot(*np.diff(way, axis=0).T) / period])


def near_misses(gaps: FloatArray, way: FloatArray, period: float, *, touched: bool) -> int:
    """How often the robot came near those who walk or drive, without touching them.

    A near miss is a stretch of the places ``way`` (n, 2) m, ``period`` s apart, at which the ``gaps`` (n,) m to people
    and vehicles are below ``NEAR`` and in which the robot drives faster than ``DRIVING`` at least once. One at the end
    of a way that ends in contact (``touched``) is a collision and does not count.
    """
    near = np.concatenate([[False], gaps < NEAR, [False]])
    begins, ends = np.flatnonzero(~near[:-1] & near[1:]), np.flatnonzero(near[:-1] & ~near[1:])
    driven = speeds(way, period) > DRIVING
    return sum(
        bool(driven[begin:end].any()) and not (touched and end == len(gaps))
        for begin, end in zip(begins, ends, strict=True)
    )
