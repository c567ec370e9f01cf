"""The environments of other people's loaders: pinned, and apart from ours."""

import re
from pathlib import Path

import foreign
import pytest

LISTS = sorted(foreign.SCRIPTS.rglob("*.txt"))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_every_package_is_pinned_once(path: Path) -> None:
    lines = path.read_text().split()
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][0-9a-z.]*", line) for line in lines)
    names = [line.partition("==")[0].lower() for line in lines]
    assert names == sorted(set(names))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_what_would_bring_another_torch_or_numpy_is_not_listed(path: Path) -> None:
    names = {line.partition("==")[0].lower() for line in path.read_text().split()}
    assert not {name for name in names if name in ("torch", "numpy") or name.startswith(("nvidia", "cuda", "triton"))}


def test_a_script_runs_in_its_environment_and_its_failure_is_told(tmp_path: Path) -> None:
    shown = foreign.run("readers", "versions.py", "mcap", "datumaro", home=tmp_path)
    assert shown.startswith("mcap 1.")
    with pytest.raises(AssertionError, match="PackageNotFoundError"):
        foreign.run("readers", "versions.py", "nobody-has-this", home=tmp_path)


def test_an_environment_that_is_not_there_skips_with_what_helps(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match=r"make \.foreign/nothing/\.installed"):
        foreign.run("nothing", "versions.py", home=tmp_path)
