"""Compiled loops are made anew when anything changes that they are made of, also in other files."""

import subprocess
import sys
from pathlib import Path

import pytest

from twin.compiled import _reached

KERNEL = """
from twin.compiled import compiled
from twin.depth_of_it import DEPTH
from twin.inner_of_it import (
    inner,
)

@compiled
def outer(x: float) -> float:
    return inner(x) + DEPTH
"""
INNER = """
from twin.compiled import compiled

@compiled
def inner(x: float) -> float:
    return {factor} * x
"""
RUN = "from twin.kernels import outer; print(outer(3.0), sum(outer.stats.cache_hits.values()))"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A package of the name of ours, with a loop that calls one of another file."""
    room = tmp_path / "twin"
    room.mkdir()
    (room / "__init__.py").touch()
    ours = Path(__file__).parents[2] / "twin" / "compiled.py"
    (room / "compiled.py").write_text(ours.read_text(encoding="utf-8"), encoding="utf-8")
    (room / "kernels.py").write_text(KERNEL, encoding="utf-8")
    (room / "inner_of_it.py").write_text(INNER.format(factor=2.0), encoding="utf-8")
    (room / "depth_of_it.py").write_text("DEPTH = 0.5\n", encoding="utf-8")
    return tmp_path


def told(house: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", RUN], cwd=house, capture_output=True, text=True, check=True, timeout=120
    ).stdout.strip()


def test_an_edit_in_a_file_that_a_loop_imports_is_seen(house: Path):
    assert told(house) == "6.5 0"
    assert told(house) == "6.5 1"
    (house / "twin" / "inner_of_it.py").write_text(INNER.format(factor=4.0), encoding="utf-8")
    assert told(house) == "12.5 0"
    (house / "twin" / "depth_of_it.py").write_text("DEPTH = 1.5\n", encoding="utf-8")
    assert told(house) == "13.5 0"
    assert told(house) == "13.5 1"


def test_what_a_loop_does_not_import_makes_nothing_old():
    root = Path(__file__).parents[2]
    reached = {path.stem for path in _reached(root / "twin" / "actors" / "step_kernels.py")}
    assert {"step_kernels", "motion_kernels", "columns", "floor_kernels"} <= reached
    assert "ray_kernels" not in reached
