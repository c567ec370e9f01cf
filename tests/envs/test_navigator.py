"""The route that is mended on the way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.factory_env import FactoryEnv
from envs.navigator import HELD, KEPT, MEMORY, STAYS, STRAY, Navigator
from factories.geodesics import GeodesicField
from factories.occupancy import OccupancyGrid
from twin.scene import Pose
from twin.sensors import Lidar
from twin.sensors.lidar import first_ray, scan_points

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


def test_a_robot_that_comes_nowhere_gets_another_route_and_one_that_drives_does_not(navigator: Navigator) -> None:
    nothing = np.empty((0, 2))
    for k in range(40):
        navigator.update(k * 0.25, (1.0 + k * 0.1, 4.0), nothing)
    assert navigator.replans == 0
    for k in range(40, 40 + round(2.5 * HELD / 0.25)):
        navigator.update(k * 0.25, (4.9, 4.0 + 0.05 * (k % 2)), nothing)
    assert navigator.replans == 2
    assert navigator.route[0] == pytest.approx((4.9, 4.0), abs=0.1)


@pytest.mark.parametrize("forgets", [True, False])
def test_what_was_seen_at_the_goal_keeps_only_those_from_it_who_will_forget_it(forgets: bool) -> None:
    blocked = np.zeros((80, 100), dtype=np.bool_)
    blocked[[0, -1]] = blocked[:, [0, -1]] = True
    known = OccupancyGrid(blocked, 0.1, (0.0, 0.0))
    navigator = Navigator(known, GeodesicField(known, GOAL, 0.5), (1.0, 4.0), 0.5, forgets=forgets)
    for time in (0.0, 0.5):
        navigator.update(time, (1.0, 4.0), np.concatenate([wall_of_boxes(), [GOAL]]))
    assert tuple(navigator.route[-1]) == GOAL
    if forgets:
        assert navigator.replans == 0
        assert highest_detour(navigator) < 0.2
        navigator.replan(0.5 + MEMORY + 0.1, (1.0, 4.0))
        assert navigator.replans == 1
    else:
        assert highest_detour(navigator) > 2.0


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


RAYS = 90
STEP = 2 * np.pi / RAYS


def test_what_is_seen_past_is_forgotten(navigator: Navigator) -> None:
    box = np.array([[2.55, 4.05]])
    for time in (0.0, 0.5):
        navigator.update(time, (1.0, 4.0), box)
    navigator.see_through(np.array([1.0, 4.0, -np.pi]), np.full(RAYS, 1.4), STEP)  # as far as the box and no farther
    navigator.replan(1.0, (1.0, 4.0))
    assert highest_detour(navigator) > 0.3
    navigator.see_through(np.array([1.0, 4.0, -np.pi]), np.full(RAYS, 10.0), STEP)
    navigator.replan(2.0, (1.0, 4.0))
    assert highest_detour(navigator) < 0.2


def test_what_may_be_too_low_to_be_seen_is_not_seen_past(navigator: Navigator) -> None:
    for time in (0.0, 0.5):
        navigator.update(time, (1.0, 4.0), np.array([[2.55, 4.05]]))
    navigator.see_through(np.array([1.0, 4.0, -np.pi]), np.full(RAYS, 10.0), STEP, 1.7)
    navigator.replan(2.0, (1.0, 4.0))
    assert highest_detour(navigator) > 0.3


def test_what_lies_outside_of_the_field_of_view_is_not_seen_past(navigator: Navigator) -> None:
    navigator.update(0.0, (1.0, 4.0), np.array([[2.55, 4.05]]))
    navigator.see_through(np.array([1.0, 4.0, np.pi / 2]), np.full(RAYS // 2, 10.0), STEP)  # looks back
    navigator.replan(1.0, (1.0, 4.0))
    assert highest_detour(navigator) > 0.3


@given(x=st.floats(-3, 3), y=st.floats(-3, 3), heading=st.floats(-3.1, 3.1), mount=st.floats(-3.1, 3.1))
def test_the_first_ray_points_where_its_return_is(x: float, y: float, heading: float, mount: float) -> None:
    lidar = Lidar(pose=Pose.planar(0.3, 0.1, mount, 0.2))
    ranges = np.full(lidar.rays, lidar.range)
    ranges[0] = 2.0
    ex, ey, angle = first_ray(lidar, (x, y, heading))
    local = scan_points(lidar, ranges)[0]
    c, s = np.cos(heading), np.sin(heading)
    world = (x + c * local[0] - s * local[1], y + s * local[0] + c * local[1])
    assert (ex + 2 * np.cos(angle), ey + 2 * np.sin(angle)) == pytest.approx(world, abs=1e-9)


def test_who_has_no_map_is_led_straight_and_then_around_what_was_seen() -> None:
    env = FactoryEnv("PointNav", layout="small_warehouse")
    env.reset(seed=0)
    assert not env.guide.known.blocked.any()
    assert env.site.known.blocked.any()
    assert len(env.navigator.route) == 2
    env.close()
