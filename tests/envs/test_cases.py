"""Rare cases: in the way of their episodes, there by what is seen, replayed from their draws, refused in one line."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from envs import scenarios
from envs.factory_env import FactoryEnv
from envs.scenarios.cases import cases
from envs.scenarios.cases._cues import Cue, Cues
from envs.scenarios.evidence import Evidence, View, drawing
from factories import load as load_layout
from factories.builder import build
from factories.layout import Layout
from factories.validation import validate
from twin.errors import FileError, InputError, PlanningError
from twin.patrols import Patrols
from twin.rendering.last_used import LastUsed
from twin.scene import pose_world_camera

OPTIONS: dict[str, Any] = {"layout": "small_warehouse", "camera_size": (48, 32)}


@pytest.fixture(scope="module")
def env() -> Any:
    made = FactoryEnv("RouteNav", obs=("lidar", "rgb"), **OPTIONS)
    yield made
    made.close()


def drawn(env: FactoryEnv) -> dict[str, Any]:
    return {draw["name"]: draw["drawn"] for draw in env.draws["randomization"]}


def test_every_case_has_a_shipped_scenario_of_its_name() -> None:
    assert len(cases()) >= 10
    for name in cases():
        case = scenarios.load(name).case
        assert case is not None
        assert case.type == name


@pytest.mark.parametrize("name", sorted(cases()))
def test_it_is_placed_validly_and_plays_again_from_seed_and_draws(name: str, env: FactoryEnv) -> None:
    first, info = env.reset(seed=11, options={"scenario": name})
    assert info["scenario"] == name
    validate(env.site.layout)
    draws = json.loads(json.dumps(env.draws))
    stored = drawn(env)[name]
    assert env.episode.start[:2] == tuple(stored["start"][:2])
    assert env.episode.goal == tuple(stored["goal"])
    for options in ({"scenario": name}, {"scenario": name, "randomization": draws["randomization"]}):
        again, _ = env.reset(seed=11, options=options)
        for key, value in first.items():
            np.testing.assert_array_equal(value, again[key], key)
        assert json.loads(json.dumps(env.draws)) == draws


def test_who_waits_goes_when_the_robot_is_near_and_not_before() -> None:
    layout = Layout.model_validate(
        {
            "name": "l",
            "size": (20, 10),
            "equipment": [{"type": "worker", "name": "p", "at": (2, 2), "waypoints": [(9, 2)]}],
        }
    )
    patrols = Patrols(build(layout))
    cues = Cues((Cue("p", (5.0, 2.0), 3.0, 1.5),))
    cues.begin(patrols)
    for robot, moves in (((15.0, 8.0), False), ((5.0, 4.9), True)):
        before = patrols.state[0, :2].copy()
        for _ in range(10):
            cues.watch(patrols, robot)
            patrols.advance(0.1, robot)
        assert (np.hypot(*(patrols.state[0, :2] - before)) > 0.5) == moves


def test_a_held_forklift_stands_turned_and_then_reverses() -> None:
    truck = {"type": "forklift", "name": "f", "at": (3, 5), "waypoints": [(8, 5)], "speed": 1.0}
    patrols = Patrols(build(Layout.model_validate({"name": "l", "size": (20, 10), "equipment": [truck]})))
    patrols.hold("f", 5.001)
    patrols.advance(1.0, (18.0, 9.0))
    np.testing.assert_allclose(patrols.state[0, :3], (8, 5, 0), atol=0.01)
    patrols.release("f", 1.0)
    patrols.advance(2.0, (18.0, 9.0))
    assert patrols.state[0, 0] < 7.5
    assert abs(patrols.state[0, 2]) < 0.1  # forks still ahead


def test_a_spill_is_slippery(make: Callable[..., FactoryEnv]) -> None:
    """A robot at full speed that brakes stops much later on oil, and touching it is no collision."""
    ways = []
    for friction in (0.8, 0.03):
        oil = {"type": "spill", "at": (10, 4), "size": (14, 6), "friction": friction}
        layout = {"name": "l", "size": (20, 8), "equipment": [oil]}
        env = make(layout=Layout.model_validate(layout))
        env.reset(seed=0, options={"start": (6.0, 4.0, 0.0), "goal": (18.0, 4.0)})
        for _ in range(40):
            env.step(np.array([1.0, 0.0], np.float32))
        speed = env.world.twist()[0]
        at = env.state.pose[0]
        for _ in range(15):
            env.step(np.array([0.0, 0.0], np.float32) + env.actions.still.astype(np.float32))
        ways.append((env.state.pose[0] - at) / max(speed, 0.1) ** 2)
        assert env.totals.collisions == 0
    assert ways[1] > 1.5 * ways[0]


def test_power_fails_after_its_time(env: FactoryEnv) -> None:
    dark = scenarios.Scenario.model_validate({"name": "s", "case": {"type": "power_cut", "after": 1.0}})
    env.reset(seed=0, options={"scenario": dark})
    light = []
    for _ in range(14):
        light.append(float(env.frame.rgb.mean()))
        env.step(np.zeros(2, np.float32))
    assert min(light[:10]) > 60 > 40 > max(light[11:])


def test_cases_are_not_seen_where_there_are_none(env: FactoryEnv) -> None:
    """Labels of some seconds of a plain episode show nothing of any case."""
    env.reset(seed=3, options={"scenario": None})
    with watched(env, 40, every=5) as evidence:
        assert [name for name, case in cases().items() if case.happened(evidence)] == []


@pytest.mark.parametrize("name", ["dirty_camera", "knocked_camera", "wet_floor", "overhanging_load"])
def test_labels_and_pictures_show_it(name: str, env: FactoryEnv) -> None:
    env.reset(seed=5, options={"scenario": name})
    with watched(env, 30, every=2) as evidence:
        assert cases()[name].happened(evidence)


@contextmanager
def watched(env: FactoryEnv, steps: int, every: int) -> Iterator[Evidence]:
    """What some steps of the expert show, one in so many of them."""
    from envs.experts.route import Expert

    expert = Expert(env)
    expert.reset(0)
    scene, times, poses = env.world.scene, [], []
    views: list[View] = []
    for k in range(steps):
        if k % every == 0:
            times.append(env.world.time)
            poses.append(env.world.poses())
            place = pose_world_camera(scene, env.camera, poses[-1])
            views.append(View(len(views), env.camera, env.frame.rgb, env.frame.instance, place))
        if env.step(expert.act({}))[2]:
            break
    with LastUsed() as last:
        drawn = drawing(last, env.world.renderer.quality, np.array(poses))
        yield Evidence(scene, np.array(times), np.array(poses), views, env.episode.goal, drawn)


def test_a_hall_without_room_for_it_is_refused(make: Callable[..., FactoryEnv]) -> None:
    env = make(layout="empty", scenario="person_steps_out")
    with pytest.raises(PlanningError, match="layout 'empty' has no place for the case 'person_steps_out'"):
        env.reset(seed=0)


def test_tasks_with_ways_of_their_own_refuse_cases() -> None:
    env = FactoryEnv("Dock", scenario="spill", layout="small_warehouse")
    with pytest.raises(InputError, match="lies in the way from one free place to another"):
        env.reset(seed=0)
    env.close()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: x\ncase: {type: spil}\n", "unknown type 'spil'; did you mean 'spill'?"),
        ("name: x\ncase: {type: spill, frictoin: 1}\n", "unknown key 'frictoin'; did you mean 'friction'?"),
        ("name: x\ncase: {type: spill, friction: 7}\n", "gives values from 7 to 7; allowed are 0.01 to 0.8"),
        ("name: x\ncase: {type: spill, mode: interval, every: 1}\n", "'spill' cannot be drawn at each interval"),
    ],
)
def test_what_cannot_be_is_one_line(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(text)
    with pytest.raises(FileError) as caught:
        scenarios.load(path)
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_shipped_layout_is_not_changed_by_its_cases(env: FactoryEnv) -> None:
    env.reset(seed=1, options={"scenario": "blocked_aisle"})
    assert env.site.layout != load_layout("small_warehouse")
    env.reset(seed=1, options={"scenario": None})
    assert env.site.layout == load_layout("small_warehouse")
