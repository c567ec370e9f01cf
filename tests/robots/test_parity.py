from pathlib import Path

import numpy as np
import pytest

import robots
from robots import parity

PAGE = Path(__file__).parents[2] / "docs" / "parity.md"


@pytest.mark.parametrize("experiment", parity.EXPERIMENTS, ids=lambda f: f.__name__)
def test_engines_agree(experiment):
    for comparison in experiment():
        assert comparison.agrees, comparison


@pytest.mark.parametrize("name", robots.names())
@pytest.mark.parametrize("experiment", parity.ROBOT_EXPERIMENTS, ids=lambda f: f.__name__)
def test_engines_agree_about_robots(experiment, name: str):
    for comparison in experiment(robots.load(name)):
        assert comparison.agrees, comparison


def test_ideal_paths():
    amr = robots.load("amr")
    np.testing.assert_allclose(parity.ideal(amr, parity.STRAIGHT), [5.0, 0.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(parity.ideal(amr, parity.TURN), [0.0, 0.0, 2 * np.pi], atol=1e-9)


def test_a_difference_beyond_what_is_allowed_is_told():
    assert not parity.Comparison("e", "q", "", ("1", "2"), difference=2.0, allowed=1.0, unit="m").agrees


def test_the_page_shows_every_experiment():
    page = PAGE.read_text()
    for comparison in (c for experiment in parity.EXPERIMENTS for c in experiment()):
        assert f"| {comparison.experiment} | {comparison.quantity} |" in page
    for name in robots.names():
        assert page.count(f"({name}) |") >= len(parity.ROBOT_EXPERIMENTS)
