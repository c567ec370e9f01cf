"""Shipped policies: found by name, made for their task, and as good as they were published to be."""

from itertools import islice
from pathlib import Path

import pytest

from envs import tasks
from training.evaluation import published, suites
from training.evaluation.cases import Case, Evaluation, policy_digest
from training.evaluation.driving import Driver
from training.policies import presets, reference
from training.policies.policy_file import load_policy

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"
SUITES = {
    "delivery": "delivery-generated-50",
    "dock": "dock-generated-200",
    "point_nav": "point-generated-200",
    "route_nav": "route-generated-200",
    "social_nav": "social-generated-200",
    "visual_nav": "visual-generated-100",
}


def test_each_is_of_the_task_that_it_is_named_after() -> None:
    assert set(SUITES) == set(reference.names())
    for name in reference.names():
        _, facts = load_policy(reference.located(name))
        assert facts["env"] == presets.load(name).env
        assert facts["shield"] is True


def test_a_path_that_exists_is_not_taken_for_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert reference.located("route_nav").is_file()
    Path("route_nav").mkdir()
    assert reference.located("route_nav") == Path("route_nav")
    assert reference.located("runs/mine") == Path("runs/mine")


@pytest.mark.parametrize(("name", "suite"), SUITES.items())
def test_the_first_episodes_end_as_published(name: str, suite: str) -> None:
    (kept,) = (
        r
        for r in published.read(RESULTS)
        if r.suite == suite
        and (r.facts["policy"] or {}).get("digest") == policy_digest(name)
        and r.facts["options"].get("shield")
        and r.facts["actions"] == "deterministic"
        and not published.changed(r.facts)
    )
    asked = suites.load(suite)
    layouts = list(islice(asked.layouts.layouts(suite, ()), 3))
    cases = tuple(Case(asked.first_seed + k, layout) for k, layout in enumerate(layouts))
    with Driver(Evaluation(name, tasks.task(asked.task).id, cases, {"shield": True})) as driver:
        for k, case in enumerate(cases):
            found = driver.drive(case)
            assert found["success"] == kept.episodes[k]["success"]
            assert found["path_length"] == pytest.approx(kept.episodes[k]["path_length"], rel=0.05)
