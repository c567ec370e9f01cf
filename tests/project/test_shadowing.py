"""A foreign package with the name of one of ours gives a clear error, not a strange one later."""

import subprocess
import sys
from pathlib import Path

import pytest

import twin
from twin import shadowing

HOME = Path(twin.__file__).parents[1]


def python_with(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` with ``folder`` first on ``sys.path`` and the project behind it."""
    prelude = f"import sys; sys.path[:0] = [{str(folder)!r}, {str(HOME)!r}]\n"
    return subprocess.run([sys.executable, "-c", prelude + code], capture_output=True, text=True, check=False)


def test_nothing_is_shadowed_here() -> None:
    shadowing.check()


@pytest.mark.parametrize("name", shadowing.PACKAGES)
def test_a_foreign_package_is_named_with_both_places(name: str, tmp_path: Path) -> None:
    foreign = tmp_path / name
    foreign.mkdir()
    (foreign / "__init__.py").write_text("")
    result = python_with(tmp_path, "from twin import shadowing\nshadowing.check()")
    message = result.stderr.splitlines()[-1]
    assert f"Python finds the package '{name}' in {foreign}" in message
    assert f"Factory Twin's is {HOME / name}" in message
    assert "rename that folder" in message


def test_the_command_line_says_so_and_exits_2(tmp_path: Path) -> None:
    (tmp_path / "envs.py").write_text("")
    result = python_with(tmp_path, "from training.cli import main\nsys.exit(main(['layouts']))")
    assert result.returncode == 2
    assert result.stderr.startswith("error: Python finds the package 'envs'")
    assert "Traceback" not in result.stderr


def test_a_folder_without_code_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "envs").mkdir()
    assert python_with(tmp_path, "from twin import shadowing\nshadowing.check()").returncode == 0
