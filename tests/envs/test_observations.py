"""What an agent sees, compared with the truth."""

import re
from pathlib import Path

import numpy as np
import pytest

from envs.factory_env import FactoryEnv
from envs.navigation import ROUTE_DISTANCES
from envs.observations import FAR, OBSERVATIONS
from envs.tasks import tasks

PAGE = Path(__file__).parents[2] / "docs" / "environments.md"


def given(env: FactoryEnv, start: tuple[float, float, float], goal: tuple[float, float]) -> dict[str, np.ndarray]:
    return env.reset(seed=0, options={"start": start, "goal": goal})[0]


def test_the_goal_is_seen_from_the_robot(make):
    env = make(layout="empty")
    for yaw in (0.0, np.pi / 2, -2.5):
        distance, cosine, sine = given(env, (2.0, 2.0, yaw), (2.0, 4.5))["goal"]
        assert distance == pytest.approx(2.5 / FAR)
        assert np.arctan2(sine, cosine) == pytest.approx(np.arctan2(np.sin(np.pi / 2 - yaw), np.cos(np.pi / 2 - yaw)))


def test_the_route_is_seen_from_the_robot_and_ends_at_the_goal(make):
    env = make(layout="empty")
    route = given(env, (2.0, 4.0, np.pi / 2), (4.0, 4.0))["route"] * ROUTE_DISTANCES[-1]
    # Straight to the right of it; the last point lies beyond the goal, so it is the goal.
    np.testing.assert_allclose(route, [[0.0, -0.8], [0.0, -1.8], [0.0, -2.0]], atol=1e-6)


def test_the_route_leads_around_what_the_map_knows_but_not_around_what_is_loose(make):
    """The pallet at (4.5, 2.6) is no news for the map until the lidar has seen it."""
    env = make(layout="small")
    given(env, (2.2, 2.6, np.pi), (7.5, 2.6))
    planned = env.navigator.route
    assert np.hypot(*np.diff(planned, axis=0).T).sum() == pytest.approx(5.3, abs=0.1)
    env.reset(seed=0, options={"start": (1.2, 4.2, 0.0), "goal": (4.5, 4.2)})
    route = env.navigator.route
    assert np.abs(route[:, 1] - 4.2).max() > 0.3  # the pillar at (2.5, 4.2) is known


def test_a_seen_obstacle_on_the_route_is_planned_around(make):
    env = make(layout="small")
    given(env, (2.2, 2.6, 0.0), (7.5, 2.6))
    for _ in range(15):
        env.step(np.zeros(2, np.float32))
    assert env.navigator.replans >= 1
    gaps = np.hypot(*(env.navigator.route - (4.5, 2.6)).T)
    assert gaps.min() > 0.4
    assert np.hypot(*np.diff(env.navigator.route, axis=0).T).sum() > 5.4


def test_two_scans_show_now_and_before(make):
    env = make()
    first, _ = env.reset(seed=1)
    np.testing.assert_array_equal(first["lidar"][0], first["lidar"][1])
    second, *_ = env.step(np.array([0.5, 0.3], np.float32))
    np.testing.assert_array_equal(second["lidar"][1], first["lidar"][0])
    truth = env.world.lidar() / env.lidar.range
    np.testing.assert_allclose(second["lidar"][0], truth, atol=6 * env.lidar.noise / env.lidar.range)


def test_velocity_is_a_share_of_the_limits(make):
    env = make(layout="empty")
    given(env, (1.5, 1.5, 0.0), (6.0, 4.5))
    for _ in range(12):
        observation, *_ = env.step(np.array([0.5, 0.0], np.float32))
    vx, vy, turn = observation["velocity"]
    assert vx == pytest.approx(0.5, abs=0.05)
    assert (vy, turn) == pytest.approx((0.0, 0.0), abs=0.02)


def test_the_bumper_is_pressed_where_the_robot_touches(make):
    env = make(layout="empty", obs=("bumper", "odometry", "imu"), collision_ends=False)
    observation = given(env, (7.2, 3.0, 0.0), (1.5, 3.0))
    assert not observation["bumper"].any()
    np.testing.assert_array_equal(observation["odometry"], np.zeros(3))
    np.testing.assert_allclose(observation["imu"], [0, 0, 9.81, 0, 0, 0], atol=0.4)
    for _ in range(25):
        observation, *_ = env.step(np.array([1.0, 0.0], np.float32))
        if observation["bumper"].any():
            break
    assert observation["bumper"][[7, 0, 1]].any()
    assert not observation["bumper"][3:6].any()
    # The wheels go on turning at the wall.
    assert env.world.planar()[0] - 7.2 == pytest.approx(observation["odometry"][0] - 0.05, abs=0.06)


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_what_is_observed_belongs_to_the_agent(name: str, make):
    """An agent that writes into what it got changes nothing that comes later."""
    one, other = (make(obs=name, camera_size=(32, 24)) for _ in range(2))
    for env in (one, other):
        env.reset(seed=1)
    action = np.array([0.5, 0.3], np.float32)
    spoiled = one.step(action)[0][name]
    spoiled[...] = 0
    assert other.step(action)[0][name].shape == spoiled.shape
    np.testing.assert_array_equal(one.step(action)[0][name], other.step(action)[0][name])


# -- the documentation ---------------------------------------------------------------------------------------------


def test_the_page_describes_every_observation_as_it_is(make):
    env = make(obs=tuple(OBSERVATIONS))
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    for name, observation in OBSERVATIONS.items():
        space = env.observation_space[name]
        assert name in rows, f"add '{name}' to the table of docs/environments.md"
        cells = [cell.strip() for cell in rows[name].split(" | ")]
        expected = f"{shape_of(name, space.shape)} {space.dtype}"
        assert cells[0] == expected, f"{name}: the page says {cells[0]}, the space is {expected}"
        assert cells[-1] == observation.summary


def shape_of(name: str, shape: tuple[int, ...]) -> str:
    """As the page writes it: what follows from the robot by name, the rest in numbers."""
    words = {
        "lidar": "(2, rays)",
        "bumper": "(sectors,)",
        "rgb": "(height, width, 3)",
        "depth": "(height, width, 1)",
        "depth_image": "(height, width, 1)",
        "instance_segmentation": "(height, width)",
    }
    return words.get(name, str(shape))


def test_the_pages_describe_every_task():
    text = (PAGE.parent / "tasks.md").read_text(encoding="utf-8")
    for task in tasks().values():
        section = text.partition(f"## {task.name}\n")[2].partition("\n## ")[0]
        assert section, f"add a section '## {task.name}' to docs/tasks.md"
        assert task.summary in section
        assert task.id in section
        for name in task.observations:
            assert f"`{name}`" in section
        for name, weight in task.rewards.items():
            row = re.search(rf"^\| `{name}` \| {weight:g} \|", text, re.MULTILINE)
            assert row or f"`{name}` {weight:g}" in section, f"{task.name}: {name} {weight:g}"
