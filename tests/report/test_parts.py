"""The parts of a report: intervals, sentences, figures, pages."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import factories
from training.demo.episodes import episodes_to_show
from training.demo.sentences import headline
from training.report import page
from training.report.curve import learning_curve
from training.report.figures import png
from training.report.intervals import differ, mean, proportion
from training.report.plan import Plan, Way, plans
from training.report.scores import score

few = settings(max_examples=40)


@few
@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_a_share_lies_in_its_interval_which_lies_in_0_to_1(flags: list[bool]) -> None:
    found = proportion(flags)
    assert found is not None
    assert -1e-12 <= found.low <= found.mean + 1e-12
    assert found.mean - 1e-12 <= found.high <= 1 + 1e-12
    assert found.high - found.low > 0
    assert found.count == len(flags)


def test_wilsons_interval_as_published() -> None:
    found = proportion([True] * 15 + [False] * 5)  # Agresti, Coull 1998: 0.531 to 0.888
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.531, 0.888), abs=5e-4)


@few
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=40))
def test_a_mean_lies_in_its_interval_the_same_every_time(values: list[float]) -> None:
    found = mean(values)
    assert found is not None
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.mean == pytest.approx(np.mean(values))
    assert found == mean(values)


def test_an_interval_of_many_values_is_that_of_the_normal_distribution() -> None:
    values = np.random.default_rng(1).normal(3.0, 2.0, 400)
    found = mean(values.tolist())
    assert found is not None
    half = 1.96 * values.std(ddof=1) / math.sqrt(400)
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.02)


def test_a_difference_is_more_than_chance_by_fishers_exact_test() -> None:
    tea, milk = [True] * 3 + [False], [False] * 3 + [True]  # Fisher's lady tasting tea: p = 0.49
    assert not differ(tea, milk)
    assert differ([True] * 40, [False] * 40)
    assert not differ([True] * 40, [True] * 40)


def test_nothing_has_no_interval() -> None:
    assert proportion([]) is None
    assert mean([]) is None


def result(outcomes: str, layout: str = "small_warehouse") -> dict[str, Any]:
    """Episodes that ended so: + arrived, x collided, o out of time."""
    names = {"+": "success", "x": "collision", "o": "timeout"}
    return {
        "per_episode": [
            {
                "seed": k,
                "success": float(mark == "+"),
                "spl": 0.9 * (mark == "+"),
                "soft_spl": 0.5,
                "collisions": int(mark == "x"),
                "time_to_goal": 10.0 + k,
                "outcome": names[mark],
                "layout": layout,
                "goal": [5.0, 5.0],
                "trajectory": [[1.0, 1.0], [2.0, 3.0], [5.0, 5.0]],
            }
            for k, mark in enumerate(outcomes)
        ]
    }


def verdict(policy: str, expert: str, random: str, *, quick: bool = False) -> str:
    facts = {
        "layout": "small_warehouse",
        "quick": quick,
        "total_seconds": 400.0,
        "machine": {"cores": "2"},
        "dataset": {"episodes": 8, "frames": 1302},
        "coco": {"annotations": 54321},
        "training": {"minutes": 4.0, "steps": 200_000},
    }
    agents = {"policy": policy, "expert": expert, "random": random}
    whole, about, last = headline(facts, {name: score(name, result(marks)) for name, marks in agents.items()})
    assert "In 6:40 min on 2 cores" in whole
    assert "1,302 frames" in whole
    assert "trained for 4 minutes" in about
    return last


def test_the_verdict_follows_the_figures() -> None:
    assert "did not clearly beat random" in verdict("+xxx", "++++", "xxxx")
    assert "clearly behind the expert" in verdict("+" * 6 + "x" * 34, "+" * 40, "x" * 40)
    assert "clearly ahead of the expert" in verdict("+" * 40, "+" * 20 + "x" * 20, "x" * 40)
    assert "do not tell it from the expert" in verdict("+" * 29 + "x", "+" * 30, "x" * 30)
    assert "had no time to learn" in verdict("++++", "++++", "xxxx", quick=True)


@pytest.mark.parametrize(
    ("policy", "shown"),
    [("++++x+", [0, 1, 4]), ("xx++++", [0, 1, 2]), ("++", [0, 1]), ("+", [0]), ("++++++", [0, 1, 2])],
)
def test_a_failure_is_shown_where_there_is_one(policy: str, shown: list[int]) -> None:
    agents = {"expert": result("+" * len(policy)), "policy": result(policy)}
    assert [p.title for p in episodes_to_show({"shipped": agents})] == [f"small_warehouse, seed {k}" for k in shown]


def test_an_episode_of_a_generated_layout_is_shown_in_that_layout() -> None:
    plan = episodes_to_show({"generated": {a: result("+", "generated_2584968919") for a in ("expert", "policy")}})[0]
    assert plan.layout == factories.generate(2584968919)


def test_plans_are_drawn_whatever_the_agents_and_their_number() -> None:
    layout = factories.load("narrow_aisles")
    ways = tuple(Way(a, [(1.0, 1.0), (2.0, 2.0)], o) for a, o in (("expert", "success"), ("mine", "timeout")))
    plan = Plan("narrow & <long>", layout, factories.build(layout), (2.0, 2.0), ways)
    assert png(plans([plan] * 4)).startswith("data:image/png;base64,")


def test_a_learning_curve_needs_an_episode() -> None:
    row = {"steps": 512, "seconds": 1.0, "success": None, "reward": None, "length": None}
    assert learning_curve([]) is None
    assert learning_curve([row]) is None
    assert learning_curve([row, {**row, "steps": 1024, "success": 0.5, "reward": -1.0}]) is not None


def test_pages_escape_what_they_are_given() -> None:
    text = page.render("page.html.j2", {})
    assert text.startswith("<!doctype html>")
    rows = [score("<script>alert(1)</script>", result("+"))]
    suites = [{"title": "<b>", "layouts": 1, "rows": rows}]
    macro = "{% import 'scores.html.j2' as scores %}{{ scores.table(suites, colors) }}"
    shown = page.environment().from_string(macro).render(suites=suites, colors={rows[0].agent: "red"})
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "<b>" not in shown


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (page.percent(0.775), "77.5\N{NO-BREAK SPACE}%"),
        (page.percent(1.0), "100\N{NO-BREAK SPACE}%"),
        (page.percent(0.0), "0\N{NO-BREAK SPACE}%"),
        (page.duration(12.34), "12.3 s"),
        (page.duration(245.2), "4:05 min"),
        (page.duration(3700), "1:01:40 h"),
        (page.count(1302), "1,302"),
        (page.size(19.5e6), "19.5 MB"),
        (page.size(12), "12 B"),
        (page.size(4.2e12), "4.2e+03 GB"),
    ],
)
def test_figures_are_written_for_people(shown: str, text: str) -> None:
    assert shown == text
