"""The route that is mended on the way."""

import numpy as np
import pytest

from envs.navigator import KEPT, MEMORY, STAYS, STRAY, Navigator
from factories.geodesics import GeodesicField
from factories.occupancy import OccupancyGrid

GOAL = (9.0, 4.0)


@pytest.fixture
def navigator() -> Navigator:
    """From (1, 4) to (9, 4) in an empty hall of 10 x 8 m."""
    blocked = np.zeros((80, 100), dtype=np.bool_)
    blocked[[0, -1]] = blocked[:, [0, -1]] = True
    known = OccupancyGrid(blocked, 0.1, (0.0, 0.0))
    return Navigator(known, GeodesicField(known, GOAL, 0.5), (1.0, 4.0), 0.5)


def wall_of_boxes() -> np.ndarray:
    """Returns across the way at x = 4, from y = 2 to 6."""
    return np.stack([np.full(60, 4.0), np.linspace(2.0, 6.0, 60)], axis=-1)


def highest_detour(navigator: Navigator) -> float:
    return float(np.abs(navigator.route[:, 1] - 4.0).max())


def test_a_robot_off_its_route_gets_another_one(navigator: Navigator) -> None:
    nothing = np.empty((0, 2))
    navigator.update(0.0, (2.0, 4.0 + STRAY - 0.1), nothing)
    assert navigator.replans == 0
    navigator.update(2.0, (2.0, 4.0 + STRAY + 0.1), nothing)
    assert navigator.replans == 1
    assert navigator.route[0] == pytest.approx((2.0, 4.0 + STRAY + 0.1), abs=0.1)


def test_what_walks_on_is_forgotten_and_what_stays_is_not(navigator: Navigator) -> None:
    for time in (0.0, 0.5):
        navigator.update(time, (1.0, 4.0), wall_of_boxes())
    assert highest_detour(navigator) > 2.0
    navigator.replan(0.5 + MEMORY + 0.1, (1.0, 4.0))
    assert highest_detour(navigator) < 0.2

    times = np.arange(20.0, 20.0 + STAYS + 0.3, 0.25)
    for time in times:
        navigator.update(float(time), (1.0, 4.0), wall_of_boxes())
    navigator.replan(float(times[-1]) + MEMORY + 0.1, (1.0, 4.0))
    assert highest_detour(navigator) > 2.0
    navigator.replan(float(times[-1]) + KEPT + 0.1, (1.0, 4.0))
    assert highest_detour(navigator) < 0.2
