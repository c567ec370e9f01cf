"""What the whole source tree must keep to."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("twin", "robots", "factories", "envs", "training")
MAX_LINES = 400
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
# Written in two halves, so that this file passes its own test.
FOREIGN_PATHS = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/op" + "t/", "C:" + "\\Users")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tracked() -> tuple[Path, ...]:
    """The files in version control, or every file where there is none (a source archive)."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())


def calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_LINES, f"{name_of(path)} is longer than {MAX_LINES} lines: split it by idea"
    assert ast.get_docstring(ast.parse(text)), f"{name_of(path)} has no docstring"


def test_only_commands_print() -> None:
    commands = ROOT / "training" / "commands"
    printing = [name_of(path) for path in SOURCES if commands not in path.parents and "print" in calls(path)]
    assert printing == []


def test_nothing_unpickles_or_evaluates() -> None:
    risky = {name_of(path): found for path in SOURCES if (found := calls(path) & {"eval", "exec"})}
    assert risky == {}


def test_imports_go_one_way_and_engines_stay_behind_their_doors() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    if not linter.exists():
        pytest.skip("import-linter is not installed beside this Python")
    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_no_tracked_file_names_a_place_on_somebodys_machine() -> None:
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            text = content.decode("utf-8")
            found |= {name_of(path): place for place in FOREIGN_PATHS if place in text}
    assert found == {}


def test_no_test_folder_is_a_package() -> None:
    assert [name_of(path) for path in (ROOT / "tests").rglob("__init__.py")] == []
