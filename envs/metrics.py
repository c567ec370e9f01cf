"""Scores of an episode, as the field defines them: plain functions of its last state and its totals."""

from envs.navigation import NavigationState, Progress


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
        "spl": spl(state, totals),
        "soft_spl": soft_spl(state, totals),
        "collisions": totals.collisions,
        "distance_to_goal": state.distance_to_goal,
        "path_length": totals.path_length,
        "time_to_goal": state.time,
    }
