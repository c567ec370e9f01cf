"""The shield: room that grows with speed, and never less than a way out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import robots
from envs.factory_env import FactoryEnv
from envs.rewards import braking
from envs.shield import LAG, MARGIN, Shield, extents
from twin.sensors.lidar import scan_points

AMR = robots.load("amr")
SHIELD = Shield(AMR, 0.1)
LIDAR = AMR.sensors.lidar
AHEAD = round(-LIDAR.first_angle / (LIDAR.field_of_view / LIDAR.rays))
"""The ray straight ahead."""


def passes(distance: float, speed: float) -> bool:
    """Whether it lets the robot keep its speed towards something so far before its front."""
    ranges = np.full(LIDAR.rays, LIDAR.range)
    ranges[AHEAD] = extents(AMR)[0] + distance - LIDAR.pose.position[0]
    twist = np.array([speed, 0.0, 0.0])
    return SHIELD.filter(twist, twist, scan_points(LIDAR, ranges)) is twist


@settings(max_examples=60, deadline=None)
@given(distance=st.floats(0.12, 6.0), speed=st.floats(0.05, 1.5))
def test_room_is_kept_for_stopping_and_for_what_was_not_seen_in_time(distance, speed):
    braking_way = speed**2 / (2 * AMR.drive.max_acceleration[0])
    needed = MARGIN + LAG * speed + braking_way
    if distance < needed:
        assert not passes(distance, speed)
    if distance > needed + 0.1 * speed + 0.02:  # the period in which the command holds
        assert passes(distance, speed)


def test_what_is_near_already_may_be_left():
    assert passes(0.04, -0.2)
    assert not passes(0.04, 0.2)


@given(turn=st.floats(0.1, 1.5))
def test_what_stands_before_a_thing_may_turn_from_it(turn):
    ranges = np.full(LIDAR.rays, LIDAR.range)
    ranges[AHEAD] = extents(AMR)[0] + MARGIN + 0.002 - LIDAR.pose.position[0]
    driven = SHIELD.filter(np.array([1.0, 0.0, turn]), np.zeros(3), scan_points(LIDAR, ranges))
    assert driven[0] == 0.0
    assert driven[2] == min(turn, AMR.drive.max_acceleration[2] * 0.1)


def test_braking_is_told_to_the_reward_and_not_without_a_shield():
    counts = {}
    for shield in (True, False):
        env = FactoryEnv("RouteNav", layout="small_warehouse", shield=shield, collision_ends=False)
        env.reset(seed=0)
        counts[shield] = 0.0
        for _ in range(150):
            env.step(np.array([1.0, 0.0], dtype=np.float32))
            counts[shield] += braking(env.state)
        env.close()
    assert counts[True] > 10
    assert counts[False] == 0


@given(speed=st.floats(0.0, 1.5))
def test_what_is_kept_back_is_told_as_a_share_of_the_top_speed(speed):
    top = AMR.drive.high[0]
    assert SHIELD.withheld(np.array([top, 0.0, 0.0]), np.array([speed, 0.0, 0.0])) == pytest.approx((top - speed) / top)
    still = np.zeros(3)
    assert SHIELD.withheld(still, still) == 0.0
