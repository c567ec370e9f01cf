"""Docking: where to, what is left, how the dock is seen, and that it can be done."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs import agents
from envs.arrival import Arrival, heading_error
from envs.docking import OFF_AXIS, Docks, away_at, in_goal_frame, measured, placed_by, pose_left
from envs.stations import stations
from factories.generator import generate
from twin.errors import InputError, PlanningError, UnknownNameError

angles = st.floats(-3.1, 3.1)
places = st.floats(-5, 5)
DOCKING = Arrival(radius=0.02, heading=np.radians(2), speed=0.02, seconds=0.5)


def stay(arrival: Arrival, poses: list[tuple[float, float, float]], goal: tuple[float, float, float]) -> list[bool]:
    held, told = 0.0, []
    for was, at in pairwise(poses):
        held = float(arrival.held(held, np.array(was), np.array(at), np.array(goal), 0.1))
        told.append(bool(arrival.enough(held)))
    return told


def test_it_has_arrived_when_it_stood_there_for_long_enough():
    assert stay(DOCKING, [(0.0, 0.0, 0.0)] * 7, (0.01, 0.0, 0.02)) == [False] * 4 + [True] * 2
    moving = [(0.001 * k, 0.0, 0.0) for k in range(7)]
    assert stay(DOCKING, moving, (0.0, 0.0, 0.0))[4]
    assert not any(stay(DOCKING, [(0.004 * k, 0.0, 0.0) for k in range(7)], (0.0, 0.0, 0.0)))  # drives by
    assert not any(stay(DOCKING, [(0.0, 0.0, 0.05)] * 7, (0.0, 0.0, 0.0)))
    assert not any(stay(DOCKING, [(0.03, 0.0, 0.0)] * 7, (0.0, 0.0, 0.0)))
    still = (0.0, 0.0, 0.0)
    left = [still] * 4 + [(0.5, 0.0, 0.0)] + [still] * 4
    assert not any(stay(DOCKING, left, still))  # going away begins anew
    assert stay(Arrival(radius=0.4), [still, (0.3, 0.0, 2.0)], (0.0, 0.0, np.nan)) == [True]


@given(angles, angles)
def test_an_error_of_heading_is_the_shorter_way_around(a: float, b: float):
    assert heading_error(a, b) == pytest.approx(abs(np.angle(np.exp(1j * (a - b)))), abs=1e-9)
    assert heading_error(a, np.nan) == 0.0


@given(places, places, angles, places, places, angles)
def test_in_the_goals_frame_and_back(x: float, y: float, yaw: float, goal_x: float, goal_y: float, heading: float):
    ahead, aside, off = in_goal_frame((x, y, yaw), (goal_x, goal_y), heading)
    c, s = np.cos(heading), np.sin(heading)
    assert (goal_x - c * ahead - s * aside, goal_y - s * ahead + c * aside) == pytest.approx((x, y), abs=1e-9)
    assert heading_error(heading + off, yaw) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("robot", ["amr", "omni"])
def test_episodes_begin_before_a_dock_and_end_at_it(robot: str, make):
    env = make("Dock", "stations", robot=robot)
    names = set()
    for seed in range(12):
        env.reset(seed=seed)
        episode, task = env.episode, env.task.goals
        names.add(episode.draws["dock"])
        ahead, aside, _ = in_goal_frame(episode.start, episode.goal, episode.heading)
        assert task.min_distance <= np.hypot(ahead, aside) <= task.max_distance
        assert abs(np.arctan2(aside, ahead)) <= OFF_AXIS
        assert pose_left(episode, (*episode.goal, episode.heading)) == pytest.approx(0.0)
        assert pose_left(episode, episode.start) >= episode.shortest
        (station,) = [
            s
            for s in stations(env.site)
            if np.hypot(*np.subtract(s.before(away_at(env.site))[:2], episode.goal)) < 1e-9
        ]
        face_x, face_y, out = station.face
        front = away_at(env.site) - 0.03
        nose = np.array(episode.goal) + front * np.array([np.cos(episode.heading), np.sin(episode.heading)])
        assert np.hypot(*(nose - (face_x, face_y))) == pytest.approx(0.03)
        assert heading_error(episode.heading, out + np.pi) == pytest.approx(0.0, abs=1e-9)
    assert names == {"dock_1", "belt"}


def test_the_expert_docks_to_the_centimetre(make):
    env = make("Dock", "stations")
    agent = agents.create("expert", env)
    for seed in range(4):
        observation, info = env.reset(seed=seed)
        agent.reset(seed)
        for _ in range(env.task.max_episode_steps):
            observation, _, ended, _, info = env.step(agent.act(observation))
            if ended:
                break
        assert info["is_success"]
        assert info["position_error"] <= 0.02
        assert info["heading_error"] <= np.radians(2)
        assert env.state.held >= 0.5 - 1e-6


def test_the_shield_lets_a_robot_dock_and_stops_it_before_anything_else(make):
    env = make("Dock", "stations", shield=True)
    expert = agents.create("expert", env)
    for seed in range(4):
        observation, info = env.reset(seed=seed)
        expert.reset(seed)
        for _ in range(400):
            observation, _, ended, _, info = env.step(expert.act(observation))
            if ended:
                break
        assert info["is_success"]
    env.reset(seed=0, options={"dock": "dock_1"})
    for _ in range(100):  # backwards, away from the dock
        env.step(env.actions.towards(-env.robot.drive.high * (1.0, 0.0, 0.0)))
    assert not env.world.touching()


def test_what_is_seen_of_the_dock_is_better_the_nearer_it_is(make):
    env = make("Dock", "stations")
    errors = {}
    for away in (0.0, 2.0):
        env.reset(seed=0, options={"dock": "dock_1"})
        x, y = env.episode.goal
        c, s = np.cos(env.episode.heading), np.sin(env.episode.heading)
        state = replace(env.state, pose=(x - away * c, y - away * s, env.episode.heading))
        rng = np.random.default_rng(0)
        errors[away] = np.std([measured(state, rng) - (away, 0.0, 0.0) for _ in range(300)], axis=0)
    assert errors[0.0][:2] == pytest.approx(0.002, rel=0.2)
    assert errors[2.0][:2] == pytest.approx(0.022, rel=0.2)
    assert (errors[0.0] < errors[2.0]).all()


def test_the_route_has_the_error_of_the_measured_dock(make):
    env = make("Dock", "stations")
    env.reset(seed=1)
    state, rng = env.state, np.random.default_rng(0)
    exact = env.guide.ahead(state.pose[:2])
    assert np.abs(state.ahead - exact).max() > 1e-4
    for _ in range(20):
        at = replace(state, ahead=exact)
        seen = measured(at, rng)
        told = placed_by(at, seen)
        # From the measured dock they are where they are from the true one; from the robot they are not.
        dock_x, dock_y, heading = _in_world(state.pose, seen)
        from_seen = [in_goal_frame((x, y, 0.0), (dock_x, dock_y), heading) for x, y in told]
        from_true = [in_goal_frame((x, y, 0.0), state.goal, state.goal_heading) for x, y in exact]
        assert np.array(from_seen)[:, :2] == pytest.approx(np.array(from_true)[:, :2], abs=1e-9)


def _in_world(pose: tuple[float, float, float], local: np.ndarray) -> tuple[float, float, float]:
    x, y, yaw = pose
    c, s = np.cos(yaw), np.sin(yaw)
    return x + c * local[0] - s * local[1], y + s * local[0] + c * local[1], yaw + local[2]


def test_touching_the_docks_face_is_no_collision_and_touching_its_side_is(make):
    env = make("Dock", "stations")
    env.reset(seed=0, options={"dock": "dock_1"})
    (x, y), heading = env.episode.goal, env.episode.heading
    env.world.reset(x - 0.3 * np.cos(heading), y, heading, np.random.default_rng(0))
    touched = False
    forwards = env.actions.towards(0.25 * env.robot.drive.high * (1.0, 0.0, 0.0))
    for _ in range(15):
        env.step(forwards)
        touched |= bool(env.world.touching())
        assert not env.state.contact
    assert touched
    env.world.reset(0.45, 4.9, -np.pi / 2, np.random.default_rng(0))
    for _ in range(15):
        env.step(forwards)
    assert env.state.contact


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"dock": "dock_9"}, UnknownNameError, "layout 'stations': unknown dock 'dock_9'; did you mean 'dock_1'"),
        ({"goal": (1.0, 1.0)}, UnknownNameError, "unknown reset option 'goal'"),
        ({"start": (1.0,)}, InputError, "'start' must be 3 finite numbers"),
    ],
)
def test_wrong_options_are_named(options: dict, error: type[Exception], text: str, make):
    with pytest.raises(error, match=text):
        make("Dock", "stations").reset(seed=0, options=options)


def test_a_layout_without_a_dock_is_named(make):
    with pytest.raises(
        PlanningError, match="layout 'empty' has no charging_dock or conveyor that robot 'amr' can drive"
    ):
        make("Dock", "empty").reset(seed=0)


@pytest.mark.parametrize("seed", range(4))
def test_generated_docks_have_room_before_them(seed: int, make):
    layout = generate(seed, {"size": (14, 12), "docks": 1, "workers": 0})
    env = make("Dock", layout)
    env.reset(seed=0)
    assert [item.type for item in layout.equipment].count("charging_dock") == 1
    assert any(s.kind == "charging_dock" for s in Docks().stations(env.site))


def test_a_wrong_number_of_docks_is_named():
    with pytest.raises(InputError, match="docks must be from 0 to 10, not 11"):
        generate(0, {"docks": 11})
