"""Scores of a list of episodes."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from training.evaluation import run
from training.evaluation.cases import Case, Evaluation, seeds
from training.evaluation.scores import estimates, summarize
from twin.errors import UnknownNameError

EPISODE = {
    "success": 0.0,
    "spl": 0.0,
    "soft_spl": 0.5,
    "collisions": 1,
    "near_misses": 0,
    "path_length": 3.0,
    "jerk": 1.0,
    "time_to_goal": 9.0,
    "struck_standing": False,
}


@pytest.mark.parametrize(
    ("told", "own"),
    [
        ({}, 1.0),
        ({"struck_standing": True}, 0.0),
        ({"collisions": 0}, 0.0),
        ({"caused_by_robot": 0}, 0.0),  # its task knows better who came to whom
        ({"caused_by_robot": 1, "struck_standing": True}, 1.0),
    ],
)
def test_own_collisions_are_those_by_the_robots_doing(told: dict[str, int], own: float) -> None:
    found = estimates([EPISODE | told])["own_collision_rate"]
    assert found is not None
    assert found.mean == own


def test_a_score_of_the_task_that_no_episode_has_is_named() -> None:
    with pytest.raises(UnknownNameError, match="scores of the task: unknown score 'jerks'; did you mean 'jerk'"):
        summarize([EPISODE], ("jerks",))


def test_a_score_that_no_episode_has_is_told_after_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    driven = []

    def share(_job: Any, tasks: Iterable[tuple[Case, ...]], _workers: int, done: Callable[[Any], None]) -> list[str]:
        for case in (case for task in tasks for case in task):
            driven.append(case)
            done([EPISODE | {"seed": case.seed}])
        return []

    monkeypatch.setattr(run, "share", share)
    monkeypatch.setattr(run, "own_scores", lambda _: ("jerks",))
    with pytest.raises(UnknownNameError, match="unknown score 'jerks'; did you mean 'jerk'"):
        run.evaluate(Evaluation("zero", "FactoryTwin/PointNav-v0", seeds(0, 3)))
    assert len(driven) == 1
