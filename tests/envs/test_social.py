"""Scores of a way among people: what is entered, for how long, and how soon it would have ended badly."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from envs import agents, metrics
from envs.factory_env import FactoryEnv
from envs.mover_kernels import time_to_collision
from envs.social import PERSONAL, caused_by_robot
from factories.layout import Layout

speeds = st.floats(-2, 2)


@given(st.floats(3, 9), speeds, speeds, st.floats(0.2, 2))
def test_on_a_line_it_is_the_gap_over_the_closing_speed(away: float, mine: float, theirs: float, room: float):
    steps = np.arange(2)[:, None] * 0.1
    way = steps * [mine, 0.0]
    movers = (steps * [theirs, 0.0] + [away, 0.0])[:, None]
    gap = away + 0.1 * (theirs - mine) - room
    assume(abs(mine - theirs) > 1e-3)
    expected = gap / (mine - theirs) if mine > theirs else np.inf
    assert time_to_collision(*way, *movers, np.array([room]), 0.1) == pytest.approx(expected)


@given(speeds, speeds, speeds, speeds, st.floats(-4, 4), st.floats(-4, 4))
def test_at_that_time_they_touch(vx: float, vy: float, ux: float, uy: float, x: float, y: float):
    way = np.array([[0.0, 0.0], [0.1 * vx, 0.1 * vy]])
    movers = np.array([[[x, y]], [[x + 0.1 * ux, y + 0.1 * uy]]])
    soonest = time_to_collision(*way, *movers, np.array([0.7]), 0.1)
    apart = movers[1, 0] - way[1]
    if 0 < soonest < 1e3:
        then = apart + soonest * np.array([ux - vx, uy - vy])
        assert np.hypot(*then) == pytest.approx(0.7, abs=1e-6)
    elif soonest == 0:
        assert np.hypot(*apart) <= 0.7 + 1e-9
    assert time_to_collision(*way, *np.zeros((2, 0, 2)), np.zeros(0), 0.1) == np.inf


def test_more_people_and_vehicles_move_and_options_change_single_ones_of_them():
    env = FactoryEnv("SocialNav", layout="generated", generator={"size": (20, 14), "vehicles": 0, "seeds": (3, 1)})
    env.reset(seed=0)
    patrols = env.world.scene.patrols
    assert len(patrols) == 5
    assert all(patrol.yields == ("cooperates", "cooperates", True) for patrol in patrols)
    env.close()


def test_who_caused_a_collision():
    towards = np.array([1.0, 0.0])
    still, ahead, back = np.zeros(2), np.array([1.0, 0.0]), np.array([-1.0, 0.0])
    assert caused_by_robot(ahead, still, towards)  # ran into somebody who stood
    assert not caused_by_robot(still, back, towards)  # was run into
    assert not caused_by_robot(0.3 * ahead, back, towards)  # both came nearer, the other faster
    assert caused_by_robot(ahead, 0.3 * back, towards)
    assert caused_by_robot(ahead, 0.5 * ahead, towards)  # from behind
    assert not caused_by_robot(back, 2.0 * back, towards)  # caught up with
    assert not caused_by_robot(still, ahead, towards)  # feet that turned
    assert not caused_by_robot(0.005 * ahead, 0.3 * ahead, towards)


def test_running_counts_are_those_of_the_whole_way(make):
    env = make("SocialNav", "stations", collision_ends=False)
    expert = agents.create("expert", env)
    found = 0
    for seed in range(6):
        observation, info = env.reset(seed=seed)
        expert.reset(seed)
        way, gaps, touched = [env.state.pose[:2]], [env.rules[0].gaps(env.state.pose)], False
        for _ in range(150):
            observation, _, ended, _, info = env.step(expert.act(observation))
            way.append(env.state.pose[:2])
            gaps.append(env.rules[0].gaps(env.state.pose))
            touched |= bool(env.state.contact)
            if ended or touched:
                break
        seen = np.array(gaps)
        inside = seen < PERSONAL
        entered = int((~inside[:-1] & inside[1:]).sum())  # each stretch once, for each of them
        assert info["intrusions"] == entered
        assert info["time_in_personal_space"] == pytest.approx(0.1 * inside[1:].any(axis=1).sum())
        near = metrics.near_misses(seen.min(axis=1), np.array(way), 0.1, touched=touched)
        assert info["near_misses"] == near
        assert 0.0 <= info["min_time_to_collision"] <= 10.0
        found += entered
    assert found


def test_a_robot_that_stands_is_not_the_cause(make):
    worker = {"type": "worker", "at": (9.0, 3.0), "waypoints": [(1.0, 3.0)], "yields": False}
    layout = Layout.model_validate({"name": "one", "size": (10, 6), "equipment": [worker]})
    env = make("SocialNav", layout, collision_ends=False)
    env.reset(seed=0, options={"start": (5.0, 3.0, 0.0), "goal": (8.5, 5.0)})
    before = replace(env.state, contact=False)
    company = env.rules[0]
    # Nobody walks into a robot that stands: what would be if somebody did.
    env.world.patrols.state[0, :2] = (5.6, 3.0)
    company.judge(before, replace(before, time=0.1))
    env.world.patrols.state[0, :2] = (5.5, 3.0)
    env.world.physics.set_poses(env.world.patrols.bodies, env.world.patrols.poses())
    env.world.physics.step(1)
    company.judge(replace(before, time=0.1), replace(before, time=0.2, contact=True))
    assert company.info()["caused_by_robot"] == 0


def test_a_robot_that_runs_into_what_stands_is_the_cause(make):
    env = make("SocialNav", "empty", collision_ends=False)
    env.reset(seed=0, options={"start": (7.0, 3.0, 0.0), "goal": (1.5, 3.0)})
    for _ in range(20):
        *_, info = env.step(np.array([1.0, 0.0], np.float32))
    assert info["collisions"] == info["caused_by_robot"] == 1


def test_the_robot_is_told_of_those_whom_it_can_see(make):
    walls = [{"type": "wall", "at": (5.0, 3.0), "yaw_deg": 90, "length": 3.0}]
    for blocks in ([], walls):
        people = [
            {"type": "worker", "at": (7.0, 3.0), "waypoints": [(7.0, 3.5)]},
            {"type": "worker", "at": (2.0, 5.0), "waypoints": [(2.5, 5.0)]},
        ]
        layout = Layout.model_validate({"name": "two", "size": (10, 6), "equipment": [*blocks, *people]})
        env = make("SocialNav", layout)
        observation, _ = env.reset(seed=0, options={"start": (2.0, 2.0, np.pi / 2), "goal": (2.0, 4.0)})
        seen = env.movers()
        places = env.world.patrols.state[:, :2]
        told = seen[seen[:, 4] > 0, :2]
        # Ahead is +y of the hall, to the left is its -x.
        expected = [(y - 2.0, -(x - 2.0)) for x, y in places]
        expected = expected[1:] if blocks else expected[::-1]
        np.testing.assert_allclose(told, expected, atol=1e-6)
        assert observation["movers"].shape == (5, 5)


def test_temperaments_are_among_the_draws(make):
    env = make("SocialNav", "stations")
    env.reset(seed=1)
    (drawn,) = env.draws["temperaments"].values()
    assert drawn.keys() == {"speed", "personal_space", "patience", "reaction_distance", "yields"}
    assert env.draws["start"] == list(env.episode.start)
    json.dumps(env.draws)
