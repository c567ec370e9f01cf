"""Rewards and metrics are plain functions: computed here by hand."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs import metrics, rewards
from envs.navigation import DUTY, NavigationState, Progress, stacked
from envs.tasks import tasks

STATE = NavigationState(
    time=1.0,
    pose=(0.0, 0.0, 0.0),
    twist=np.zeros(3),
    action=np.array([0.5, 0.0]),
    previous_action=np.array([0.5, 0.0]),
    goal=(5.0, 0.0),
    distance_to_goal=4.0,
    previous_distance=4.0,
    straight_distance=4.0,
    lidar=np.full(4, 10.0),
    previous_lidar=np.full(4, 10.0),
    clearance=10.0,
    contact=False,
    arrived=False,
    ahead=np.zeros((3, 2)),
)
ARRIVED = replace(STATE, arrived=True, distance_to_goal=0.0)
positive = st.floats(0.1, 1e3)


def state(**changes: Any) -> NavigationState:
    return replace(STATE, **changes)


# -- metrics -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "totals", "success", "spl", "soft"),
    [
        (ARRIVED, Progress(10.0, path_length=10.0), 1.0, 1.0, 1.0),
        (ARRIVED, Progress(10.0, path_length=12.5), 1.0, 0.8, 0.8),
        (ARRIVED, Progress(10.0, path_length=9.6), 1.0, 1.0, 1.0),  # it need not reach the very centre
        (replace(ARRIVED, distance_to_goal=0.4), Progress(10.0, path_length=10.0), 1.0, 1.0, 0.96),
        (ARRIVED, Progress(10.0, path_length=12.5, collisions=1), 0.0, 0.0, 0.8),
        (state(distance_to_goal=4.0), Progress(10.0, path_length=6.0), 0.0, 0.0, 0.6),
        (state(distance_to_goal=4.0), Progress(10.0, path_length=20.0), 0.0, 0.0, 0.3),
        (state(distance_to_goal=10.0), Progress(10.0), 0.0, 0.0, 0.0),
        (state(distance_to_goal=14.0), Progress(10.0, path_length=4.0), 0.0, 0.0, 0.0),  # farther than it began
    ],
)
def test_scores_by_hand(now: NavigationState, totals: Progress, success: float, spl: float, soft: float):
    assert metrics.success(now, totals) == success
    assert metrics.spl(now, totals) == pytest.approx(spl)
    assert metrics.soft_spl(now, totals) == pytest.approx(soft)
    summary = metrics.summary(now, totals)
    assert summary["is_success"] is bool(success)
    assert (summary["collisions"], summary["path_length"]) == (totals.collisions, totals.path_length)
    assert (summary["distance_to_goal"], summary["time_to_goal"]) == (now.distance_to_goal, now.time)


@given(positive, st.floats(0.0, 1e3), st.floats(0.0, 1e3), st.booleans(), st.integers(0, 3))
def test_scores_are_shares(initial: float, path: float, distance: float, arrived: bool, collisions: int):
    now, totals = state(arrived=arrived, distance_to_goal=distance), Progress(initial, path, collisions)
    values = metrics.success(now, totals), metrics.spl(now, totals), metrics.soft_spl(now, totals)
    assert all(0.0 <= value <= 1.0 for value in values)
    assert values[1] <= values[0]


def test_an_episode_that_begins_at_its_goal_has_a_score():
    assert metrics.spl(ARRIVED, Progress(0.0)) == 1.0
    assert metrics.soft_spl(ARRIVED, Progress(0.0)) == 1.0


# -- rewards -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "now", "value"),
    [
        ("progress", state(previous_distance=4.2, distance_to_goal=4.0), 0.2),
        ("progress", state(previous_distance=4.0, distance_to_goal=4.3), -0.3),
        ("halving", state(previous_distance=0.1, distance_to_goal=0.04), 1.0),
        ("halving", state(previous_distance=0.02, distance_to_goal=0.06), -1.0),
        ("step", STATE, 1.0),
        ("arrival", STATE, 0.0),
        ("arrival", ARRIVED, 1.0),
        ("collision", STATE, 0.0),
        ("collision", state(contact=True), 1.0),
        ("proximity", state(clearance=0.8), 0.0),
        ("proximity", state(clearance=0.2), 0.75),
        ("proximity", state(clearance=0.0), 1.0),
        ("jerkiness", STATE, 0.0),
        ("jerkiness", state(action=np.array([1.0, -1.0]), previous_action=np.array([0.0, 1.0])), 2.5),
    ],
)
def test_terms_by_hand(term: str, now: NavigationState, value: float):
    assert rewards.TERMS[term](now) == pytest.approx(value)


@pytest.mark.parametrize("name", rewards.TERMS)
def test_each_term_has_a_row_in_the_documentation(name: str):
    page = (Path(__file__).parents[2] / "docs" / "tasks.md").read_text(encoding="utf-8")
    assert f"| `{name}` |" in page, "add what it is to the table of docs/tasks.md"


@given(st.dictionaries(st.sampled_from(sorted(rewards.TERMS)), st.floats(-100, 100)))
def test_the_reward_is_the_weighted_sum(weights: dict[str, float]):
    now = state(previous_distance=4.5, clearance=0.3, contact=True, action=np.array([1.0, 0.0]))
    expected = sum(weight * rewards.TERMS[name](now) for name, weight in weights.items())
    assert rewards.total(weights, now) == pytest.approx(expected)


@pytest.mark.parametrize("name", rewards.TERMS)
def test_each_term_is_for_many_what_it_is_for_each(name: str):
    rng = np.random.default_rng(0)
    drawn = {"twist": 3, "action": 2, "previous_action": 2, "lidar": 4, "previous_lidar": 4, "duty": len(DUTY)}
    numbers = ("distance_to_goal", "previous_distance", "clearance", "withheld", "held", "stood", "time")
    flags = ("contact", "arrived", "stranded")
    rows = [
        state(
            **{field: rng.normal(size=size) for field, size in drawn.items()},
            **{field: rng.uniform(0.0, 1.0) for field in numbers},
            **{field: bool(rng.integers(2)) for field in flags},
        )
        for _ in range(5)
    ]
    many = np.broadcast_to(rewards.TERMS[name](stacked(rows)), len(rows))
    np.testing.assert_allclose(many, [rewards.TERMS[name](row) for row in rows])


def test_tasks_weigh_terms_that_exist():
    for task in tasks().values():
        assert set(task.rewards) <= rewards.TERMS.keys()


# -- in an environment ---------------------------------------------------------------------------------------------


def test_totals_are_those_of_the_way_driven(make):
    env = make(layout="empty")
    env.reset(seed=0, options={"start": (1.5, 3.0, 0.0), "goal": (6.5, 3.0)})
    places, summed = [env.world.planar()[:2]], 0.0
    for _ in range(40):
        *_, info = env.step(np.array([0.6, 0.0], np.float32))
        places.append(env.world.planar()[:2])
        summed += rewards.progress(env.state)
        assert env.state.clearance == env.state.lidar.min()
    way = np.hypot(*np.diff(places, axis=0).T).sum()
    assert info["path_length"] == pytest.approx(way)
    assert summed == pytest.approx(env.episode.shortest - info["distance_to_goal"])
    assert info["distance_to_goal"] == pytest.approx(6.5 - places[-1][0], abs=0.1)
    assert info["soft_spl"] == pytest.approx(1 - info["distance_to_goal"] / 5.0, abs=0.02)
    assert (info["success"], info["spl"]) == (0.0, 0.0)


@pytest.mark.parametrize("name", sorted(tasks()))
def test_progress_adds_up_to_what_was_covered_from_the_first_step_on(name: str, make):
    env = make(name, "stations", obs="velocity", collision_ends=False)
    env.reset(seed=4)
    before, summed = env.state.distance_to_goal, 0.0
    assert before == pytest.approx(env.task.left(env.episode, env.state.pose))
    for _ in range(10):
        env.step(np.array([0.3, 0.2], np.float32))
        summed += rewards.progress(env.state)
    assert summed == pytest.approx(before - env.state.distance_to_goal)


def test_arriving_ends_with_success(make):
    env = make(layout="empty")
    env.reset(seed=0, options={"start": (1.5, 3.0, 0.0), "goal": (4.0, 3.0)})
    for _ in range(60):
        *_, ended, truncated, info = env.step(np.array([0.6, 0.0], np.float32))
        if ended:
            break
    assert (ended, truncated, info["is_success"], info["collisions"]) == (True, False, True, 0)
    assert info["distance_to_goal"] <= env.task.arrival.radius
    assert info["spl"] > 0.95
    assert 0.8 < info["soft_spl"] < 1.0
    assert info["time_to_goal"] == pytest.approx(env.world.time)


def test_staying_in_touch_is_one_collision_and_touching_again_another(make):
    env = make(layout="empty", collision_ends=False)
    env.reset(seed=0, options={"start": (7.2, 3.0, 0.0), "goal": (1.5, 3.0)})
    counts, contacts = [], []
    for speed in [1.0] * 25 + [-1.0] * 25 + [1.0] * 40:
        *_, info = env.step(np.array([speed, 0.0], np.float32))
        counts.append(info["collisions"])
        contacts.append(env.state.contact)
    begun = np.cumsum(np.diff([False, *contacts]) & np.array(contacts))
    assert counts == begun.tolist()
    assert counts[-1] >= 2
