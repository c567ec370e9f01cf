"""The expert arrives; the baselines do what their names say."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from envs import agents
from envs.factory_env import FactoryEnv
from envs.tasks import tasks
from twin import discovery
from twin.errors import UnknownNameError

EVALUATION = Path(__file__).parents[2] / "docs" / "evaluation.md"


def run(env: FactoryEnv, name: str, seed: int, steps: int = 400, options: dict | None = None) -> dict:
    agent = agents.create(name, env, seed)
    observation, info = env.reset(seed=seed, options=options)
    agent.reset(seed)
    for _ in range(steps):
        action = agent.act(observation)
        assert env.action_space.contains(action)
        observation, _, ended, _, info = env.step(action)
        if ended:
            break
    return info


@pytest.mark.parametrize(("engine", "robot"), [("mujoco", "amr"), ("mujoco", "omni"), ("pybullet", "amr")])
def test_the_expert_arrives_nearly_always(engine: str, robot: str, make):
    env = make(engine=engine, robot=robot)
    results = [run(env, "expert", seed) for seed in (3, 4, 5)]
    assert sum(r["is_success"] for r in results) >= 2
    assert max(r["spl"] for r in results) > 0.8


def test_the_expert_goes_around_a_pallet_that_no_map_shows(make):
    info = run(make(), "expert", 0, options={"start": (2.2, 2.6, 0.0), "goal": (7.5, 2.6)})
    assert info["is_success"]
    assert info["collisions"] == 0


def test_the_expert_is_deterministic_and_forgets_earlier_episodes(make):
    fresh, used = make(), make()
    run(used, "expert", 1, steps=30)
    assert run(fresh, "expert", 2) == run(used, "expert", 2)


@pytest.mark.parametrize("task", ["RouteNav", "Dock"])
def test_a_teacher_tells_no_robot_to_back_out_because_it_stood(task: str, make):
    backed_out = {}
    for name in ("expert", "teacher"):
        env = make(task, "stations")
        agent = agents.create(name, env)
        observation, _ = env.reset(seed=2)
        agent.reset(0)
        told = []
        for _ in range(50):
            told.append(agent.act(observation)[0])
            observation, *_ = env.step(np.zeros(2))
        backed_out[name] = min(told) < -0.05
    assert backed_out == {"expert": True, "teacher": False}


def test_standing_still_goes_nowhere(make):
    info = run(make(), "zero", 1, steps=20)
    assert info["path_length"] == pytest.approx(0.0, abs=1e-3)
    assert info["soft_spl"] == pytest.approx(0.0, abs=1e-3)


def test_straight_on_arrives_where_nothing_is_in_between(make):
    info = run(make(layout="empty"), "straight", 1, options={"start": (1.5, 1.5, 2.0), "goal": (6.0, 4.0)})
    assert info["is_success"]
    assert info["spl"] > 0.8


def test_straight_on_runs_into_what_is_in_between(make):
    info = run(make(), "straight", 1, options={"start": (1.2, 4.2, 0.0), "goal": (4.5, 4.2)})
    assert (info["is_success"], info["collisions"]) == (False, 1)


def test_random_actions_follow_from_the_seed(make):
    env = make()
    drawn = []
    for seed in (3, 3, 4):
        agent = agents.create("random", env, 0)
        agent.reset(seed)
        drawn.append(np.stack([agent.act({}) for _ in range(50)]))
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert (drawn[0] != drawn[2]).any()
    assert np.abs(drawn[0]).max() <= 1.0
    assert drawn[0].std() == pytest.approx(1 / np.sqrt(3), rel=0.2)


@pytest.mark.parametrize("name", agents.AGENTS)
def test_any_agent_acts_within_the_action_space_and_the_same_again(name: str, make):
    env = make()
    assert run(env, name, 3, steps=15) == run(env, name, 3, steps=15)
    assert f"| `{name}` |" in EVALUATION.read_text(encoding="utf-8"), "add what it does to docs/evaluation.md"


@pytest.mark.parametrize("name", discovery.names("envs.experts"))
def test_any_expert_acts_within_the_action_space_of_a_task_that_names_it(name: str, make):
    named = [task.name for task in tasks().values() if task.expert == name]
    assert named, f"no task names the expert '{name}'"
    for task in named:
        run(make(task, "stations"), "expert", 2, steps=5)
        run(make(task, "stations"), "teacher", 2, steps=5)


def test_a_task_with_an_unknown_expert_suggests_the_nearest(make):
    env = make()
    env.task = replace(env.task, expert="rout")
    with pytest.raises(UnknownNameError, match="unknown expert 'rout'; did you mean 'route'"):
        agents.create("expert", env)


def test_an_unknown_agent_suggests_the_nearest(make):
    with pytest.raises(UnknownNameError, match="unknown agent 'exprt'; did you mean 'expert'"):
        agents.create("exprt", make())
