"""A name is that of a shipped file, anything else a path."""

import re
from pathlib import Path

import pytest

from envs import scenarios
from factories import layout
from training.evaluation import suites, variations
from training.policies import presets
from twin.errors import InputError, UnknownNameError
from twin.shipped import Shipped

KINDS = {
    "layout": layout.SHIPPED,
    "preset": presets.SHIPPED,
    "scenario": scenarios.SHIPPED,
    "suite": suites.SHIPPED,
    "variation": variations.SHIPPED,
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_finds_its_file(kind: str) -> None:
    shipped = KINDS[kind]
    assert shipped.names()
    assert [shipped.find(name).stem for name in shipped.names()] == shipped.names()


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shipped:
    """Two names, and nothing in the working directory."""
    folder, here = tmp_path / "shipped", tmp_path / "here"
    for made in (folder, here):
        made.mkdir()
    for name in ("calm", "wild"):
        (folder / f"{name}.yaml").touch()
    monkeypatch.chdir(here)
    return Shipped("mood", folder)


@pytest.mark.parametrize("name", ["mine.yaml", "mine.txt", "sub/mine"])
def test_a_file_that_is_there_is_found_whatever_its_ending(name: str, shipped: Shipped) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).touch()
    assert shipped.find(name) == shipped.find(Path(name)) == Path(name)


def test_a_shipped_one_comes_before_what_lies_here(shipped: Shipped) -> None:
    Path("calm").mkdir()
    assert shipped.find("calm") == shipped.folder / "calm.yaml"


@pytest.mark.parametrize("given", ["mine.yaml", "sub/calm", Path("mine")])
def test_a_path_where_nothing_is_is_told_as_a_path(given: str | Path, shipped: Shipped) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(str(given))}: there is no such mood file$"):
        shipped.find(given)


def test_a_mistyped_name_is_told_with_the_nearest(shipped: Shipped) -> None:
    with pytest.raises(UnknownNameError, match=r"^unknown mood 'clam'; did you mean 'calm'[?] allowed: calm, wild$"):
        shipped.find("clam")
