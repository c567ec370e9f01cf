"""Suites and episodes small enough for seconds."""

from pathlib import Path

import pytest
from small_layouts import EMPTY, FULL, SMALL, written

SUITE = """\
format: 1
description: For tests.
task: PointNav
layouts: {{tier: shipped, names: [{names}]}}
episodes_each: 2
first_seed: 40
options: {{max_episode_steps: 40}}
"""


def suite_of(folder: Path, *layouts: str) -> str:
    """The path of a new suite: two episodes in each of the layouts."""
    names = ", ".join(written(text, folder) for text in layouts)
    path = folder / "tiny.yaml"
    path.write_text(SUITE.format(names=names), encoding="utf-8")
    return str(path)


@pytest.fixture
def suite(tmp_path: Path) -> str:
    """An empty hall and one with something in it."""
    return suite_of(tmp_path, EMPTY, SMALL)


@pytest.fixture
def full_suite(tmp_path: Path) -> str:
    """A hall in which no robot fits."""
    return suite_of(tmp_path, FULL)
