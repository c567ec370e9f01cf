"""Scores of a way among people: what is entered, for how long, and how soon it would have ended badly."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from envs.factory_env import FactoryEnv
from envs.social import intrusions, time_inside, times_to_collision

speeds = st.floats(-2, 2)


def test_every_stretch_inside_counts_once_for_each():
    gaps = np.array([[0.4, 2.0], [0.4, 0.3], [1.0, 0.3], [0.2, 0.9]])
    assert intrusions(gaps) == 3
    assert time_inside(gaps, 0.1) == pytest.approx(0.4)
    assert intrusions(np.zeros((5, 0))) == 0
    assert time_inside(np.zeros((5, 0)), 0.1) == 0


@given(st.floats(3, 9), speeds, speeds, st.floats(0.2, 2))
def test_on_a_line_it_is_the_gap_over_the_closing_speed(away: float, mine: float, theirs: float, room: float):
    steps = np.arange(2)[:, None] * 0.1
    way = steps * [mine, 0.0]
    movers = (steps * [theirs, 0.0] + [away, 0.0])[:, None]
    gap = away + 0.1 * (theirs - mine) - room
    assume(abs(mine - theirs) > 1e-3)
    expected = gap / (mine - theirs) if mine > theirs else np.inf
    assert times_to_collision(way, movers, np.array([room]), 0.1) == pytest.approx([expected])


@given(speeds, speeds, speeds, speeds, st.floats(-4, 4), st.floats(-4, 4))
def test_at_that_time_they_touch(vx: float, vy: float, ux: float, uy: float, x: float, y: float):
    way = np.array([[0.0, 0.0], [0.1 * vx, 0.1 * vy]])
    movers = np.array([[[x, y]], [[x + 0.1 * ux, y + 0.1 * uy]]])
    (soonest,) = times_to_collision(way, movers, np.array([0.7]), 0.1)
    apart = movers[1, 0] - way[1]
    if 0 < soonest < 1e3:
        then = apart + soonest * np.array([ux - vx, uy - vy])
        assert np.hypot(*then) == pytest.approx(0.7, abs=1e-6)
    elif soonest == 0:
        assert np.hypot(*apart) <= 0.7 + 1e-9
    assert times_to_collision(way, np.zeros((2, 0, 2)), np.zeros(0), 0.1).tolist() == [np.inf]


def test_more_people_and_vehicles_move_and_options_change_single_ones_of_them():
    env = FactoryEnv("SocialNav", layout="generated", generator={"size": (20, 14), "vehicles": 0, "seeds": (3, 1)})
    env.reset(seed=0)
    patrols = env.world.scene.patrols
    assert len(patrols) == 5
    assert all(patrol.yields == ("cooperates", "cooperates", True) for patrol in patrols)
    env.close()
