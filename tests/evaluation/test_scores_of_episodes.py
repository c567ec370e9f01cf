"""Scores of a list of episodes."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from training.evaluation import run
from training.evaluation.cases import Case, Evaluation, seeds
from training.evaluation.score_table import READ, SCORES
from training.evaluation.scores import estimates, summarize
from twin.errors import UnknownNameError

EPISODE = {**dict.fromkeys(READ, 0.0), "collisions": 1, "struck_standing": False}


DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", [score.name for score in SCORES])
def test_each_score_has_a_row_in_the_documentation(name: str) -> None:
    pages = "".join((DOCS / page).read_text(encoding="utf-8") for page in ("tasks.md", "evaluation.md"))
    assert f"\n| `{name}` |" in pages, "add what it is to the table of scores in docs/evaluation.md"


def test_what_a_score_reads_and_no_episode_has_is_named() -> None:
    with pytest.raises(UnknownNameError, match="score table: unknown score 'jerk'"):
        summarize([{name: value for name, value in EPISODE.items() if name != "jerk"}])


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
