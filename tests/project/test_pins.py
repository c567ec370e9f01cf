"""A second installation is the first one again: every package that is installed with us is pinned."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
# Parts of torch's build for graphics cards: they come where no CPU build is offered, and torch pins them.
OF_TORCH = ("nvidia-", "cuda-", "triton")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed(name: str, extra: str, found: set[str]) -> set[str]:
    """``name`` and all that it needs, by normal name."""
    if normal(name) in found or normal(name).startswith(OF_TORCH):
        return found
    try:
        package = distribution(name)
    except PackageNotFoundError:  # another platform's, whatever its marker says
        return found
    found.add(normal(name))
    for requirement in map(Requirement, package.requires or ()):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            for part in requirement.extras or {""}:
                installed(requirement.name, part, found)
    return found


def test_everything_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text().split()
    pinned = {normal(line.partition("==")[0]) for line in lines}
    assert all("==" in line for line in lines)
    needed = set[str]().union(*(installed("factory-twin", extra, set()) for extra in ("", "dev", "export")))
    assert needed - pinned - {"factory-twin"} == set(), "run `make constraints`"


def test_torch_is_pinned_exactly_so_that_a_cpu_build_is_found_where_one_is_offered() -> None:
    assert "torch==2.13.0" in (ROOT / "constraints.txt").read_text().split()
