from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import robots

component = st.floats(-1.5, 1.5)
angles = st.lists(st.floats(-20, 20), min_size=4, max_size=4)


def motors(angles: list[float], speeds: list[float]) -> np.ndarray:
    return np.stack([angles, speeds], axis=-1).ravel()


@settings(max_examples=50)
@given(component, component)
def test_differential_round_trip(forward: float, turn: float):
    drive = robots.load("amr").drive
    targets = drive.targets(np.array([forward, 0.0, turn]), np.zeros(2))
    np.testing.assert_allclose(drive.twist(np.zeros(2), targets), [forward, 0.0, turn], atol=1e-12)


@settings(max_examples=50)
@given(component, component, component, angles)
def test_swerve_round_trip_once_the_wheels_are_steered(vx: float, vy: float, turn: float, start: list[float]):
    drive = robots.load("omni").drive
    twist = np.array([vx, vy, turn])
    steered = motors(drive.targets(twist, motors(start, [0.0] * 4))[0::2].tolist(), [0.0] * 4)
    targets = drive.targets(twist, steered)
    np.testing.assert_allclose(drive.twist(targets, targets), twist, atol=1e-5)


@settings(max_examples=50)
@given(component, component, component, angles)
def test_swerve_wheels_turn_a_quarter_at_most(vx: float, vy: float, turn: float, start: list[float]):
    targets = robots.load("omni").drive.targets(np.array([vx, vy, turn]), motors(start, [0.0] * 4))
    assert np.abs(targets[0::2] - start).max() <= pi / 2 + 1e-9


def test_swerve_wheels_keep_their_direction_at_rest():
    start = [0.3, -2.0, 7.0, 0.0]
    targets = robots.load("omni").drive.targets(np.zeros(3), motors(start, [0.0] * 4))
    np.testing.assert_allclose(targets, motors(start, [0.0] * 4), atol=1e-12)


def test_swerve_wheels_across_the_way_do_not_roll():
    targets = robots.load("omni").drive.targets(np.array([0.0, 1.0, 0.0]), np.zeros(8))
    np.testing.assert_allclose(targets[1::2], 0.0, atol=1e-9)


@pytest.mark.parametrize("name", robots.names())
def test_limits_contain_rest(name: str):
    drive = robots.load(name).drive
    assert (drive.low <= 0).all()
    assert (drive.high >= 0).all()
    assert (drive.max_acceleration > 0).all()


def test_differential_drives_do_not_move_sideways():
    drive = robots.load("amr").drive
    assert drive.low[1] == drive.high[1] == 0.0
