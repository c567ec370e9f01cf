"""Scores are the same for the same seeds, however the episodes are spread over processes."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from small_layouts import STATIONS, written

from envs import agents
from envs.dispatch import Dispatch
from training.endings import ENDINGS, ending
from training.evaluation import Evaluation, evaluate, summarize
from training.evaluation.cases import seeds
from training.policies.run import Run
from twin.errors import InputError

TASK = "FactoryTwin/PointNav-v0"


def scores(agent: str, layout: str, workers: int = 1, episodes: int = 3, seed: int = 5, **more) -> dict:
    options = {"layout": layout, "max_episode_steps": 40}
    return evaluate(Evaluation(agent, TASK, seeds(seed, episodes), options, **more), workers)


def test_the_scores_have_the_keys_of_the_field(layout: str):
    result = json.loads(json.dumps(scores("straight", layout)))
    assert {"success", "spl", "soft_spl", "collisions", "episodes"} <= result.keys()
    assert result["episodes"] == len(result["per_episode"]) == 3
    assert [e["seed"] for e in result["per_episode"]] == [5, 6, 7]
    for name in ("success", "spl", "soft_spl", "collisions", "path_length"):
        assert result[name] == pytest.approx(np.mean([e[name] for e in result["per_episode"]]))


def test_the_same_seed_gives_the_same_scores(layout: str):
    assert scores("random", layout) == scores("random", layout)
    assert scores("random", layout) != scores("random", layout, seed=6)


def test_episodes_are_told_by_where_they_were_to_begin_and_to_lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def told(arrived: bool) -> dict:
        judge = Dispatch.judge
        with monkeypatch.context() as patched:
            patched.setattr(Dispatch, "judge", lambda rule, a, b: judge(rule, a, replace(b, arrived=arrived)))
            delivery = Evaluation("zero", "FactoryTwin/Delivery-v0", seeds(3, 1), options)
            return evaluate(delivery)["per_episode"][0]

    options = {"layout": written(STATIONS, tmp_path), "max_episode_steps": 3}
    first, second = told(arrived=False), told(arrived=True)
    assert first["deliveries"] < second["deliveries"]
    assert (first["start"], first["goal"]) == (second["start"], second["goal"])


def test_an_episode_does_not_depend_on_those_before_it(layout: str):
    three, last = scores("random", layout)["per_episode"], scores("random", layout, episodes=1, seed=7)["per_episode"]
    assert three[2] == last[0]


def test_two_processes_give_what_one_gives(run: Run, layout: str):
    sampling = {"agent": str(run.path), "layout": layout, "deterministic": False}
    assert scores(**sampling) == scores(**sampling, workers=2)


def test_an_agent_that_imports_torch_when_it_is_made_has_one_thread_of_it(layout: str, monkeypatch: pytest.MonkeyPatch):
    threads = []

    class Learned(agents.AGENTS["zero"]):
        def __init__(self, *made: Any):
            super().__init__(*made)
            sys.modules["torch"] = torch

        def act(self, observation: Any) -> Any:
            threads.append(torch.get_num_threads())
            return super().act(observation)

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    monkeypatch.delitem(sys.modules, "torch")
    monkeypatch.setattr(agents, "AGENTS", {**agents.AGENTS, "learned": Learned})
    scores("learned", layout, episodes=1)
    assert set(threads) == {1}
    assert torch.get_num_threads() == 2
    torch.set_num_threads(before)


def test_every_episode_is_told_as_it_ends(layout: str):
    told: list[int] = []
    evaluate(
        Evaluation("zero", TASK, seeds(0, 3), {"layout": layout, "max_episode_steps": 2}),
        1,
        lambda r: told.append(r["seed"]),
    )
    assert told == [0, 1, 2]


def test_trajectories_are_kept_when_asked_for(layout: str):
    kept = scores("straight", layout, episodes=1, trajectories=True)["per_episode"][0]
    way = np.array(kept["trajectory"])
    assert way.shape[1] == 2
    assert np.hypot(*np.diff(way, axis=0).T).sum() == pytest.approx(kept["path_length"], abs=0.01)
    np.testing.assert_allclose(kept["route"][-1], kept["goal"], atol=1e-3)
    assert "trajectory" not in scores("straight", layout, episodes=1)["per_episode"][0]


@pytest.mark.parametrize(
    ("arrived", "collided", "stranded", "expected"),
    [
        (True, False, False, "success"),
        (False, True, False, "collision"),
        (False, False, False, "timeout"),
        (False, True, True, "collision"),
        (False, False, True, "stranded"),
    ],
)
def test_endings(arrived: bool, collided: bool, stranded: bool, expected: str):
    assert ending(arrived=arrived, collided=collided, stranded=stranded) == expected
    assert expected in ENDINGS


def test_means_by_hand():
    def episode(success: float, collisions: int, seconds: float) -> dict:
        return {
            "success": success, "spl": success / 2, "soft_spl": 0.5, "collisions": collisions,
            "path_length": 4.0, "time_to_goal": seconds, "near_misses": 0, "jerk": 1.0, "struck_standing": False,
            "layout": "here", "cause": "" if success else "fixed" if collisions else "stuck",
        }  # fmt: skip

    result = summarize([episode(1.0, 0, 10.0), episode(0.0, 3, 60.0), episode(0.0, 0, 60.0), episode(1.0, 0, 20.0)])
    assert (result["success"], result["spl"], result["soft_spl"]) == (0.5, 0.25, 0.5)
    assert (result["collisions"], result["collision_rate"]) == (0.75, 0.25)
    assert result["time_to_goal"] == 15.0  # of those who arrived
    assert summarize([episode(0.0, 0, 60.0)])["time_to_goal"] is None


@pytest.mark.parametrize("workers", [1, 2])
def test_errors_come_through_from_every_process(workers: int, layout: str):
    with pytest.raises(InputError, match="unknown agent 'exprt'"):
        scores("exprt", layout, workers=workers)


def test_a_policy_of_another_task_is_refused(run: Run, layout: str):
    with pytest.raises(InputError, match="trained on FactoryTwin/PointNav-v0, whose observation space differs"):
        evaluate(Evaluation(str(run.path), "FactoryTwin/SocialNav-v0", seeds(0, 1), {"layout": layout}))


def test_near_misses_are_the_tasks_own_where_it_counts_them(tmp_path: Path):
    options = {"layout": written(STATIONS, tmp_path)}
    scored = evaluate(Evaluation("expert", "FactoryTwin/SocialNav-v0", seeds(0, 6), options))["per_episode"]
    env: Any = gymnasium.make("FactoryTwin/SocialNav-v0", disable_env_checker=True, **options)
    expert, counted = agents.create("expert", env.unwrapped), []
    for seed in range(6):
        observation, _ = env.reset(seed=seed)
        expert.reset(seed)
        ended = False
        while not ended:
            observation, _, over, late, info = env.step(expert.act(observation))
            ended = over or late
        counted.append(info["near_misses"])
    env.close()
    assert [episode["near_misses"] for episode in scored] == counted
    assert sum(counted)
