"""What every command shares: discovery, help, errors, exit codes."""

import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from training import cli, commands

Twin = Callable[..., subprocess.CompletedProcess[str]]

EXAMPLE = '''"""An example that {behaviour}s.

More about it.
"""

from dataclasses import dataclass
from twin.errors import InputError


@dataclass(frozen=True)
class Args:
    """Flags."""

    count: int = 3
    """How many."""
    loud: bool = False
    """Say more."""


def run(args: Args) -> int:
    """Do it."""
    {code}
    return 0
'''


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Adds a folder of commands; the file ``NAME.py`` in it is the command ``NAME``."""
    folder = tmp_path / "commands"
    folder.mkdir()
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(folder)])
    return folder


def run_example(folder: Path, code: str, *arguments: str) -> int:
    """Run a command with the body ``code``; its exit code."""
    (folder / "an_example_.py").write_text(EXAMPLE.format(behaviour="work", code=code))
    sys.modules.pop("training.commands.an_example_", None)
    return cli.main(["an-example", *arguments])


def test_help_lists_every_command_with_the_first_line_of_its_docstring(twin_process: Twin) -> None:
    result = twin_process("--help")
    assert result.returncode == 0
    for name, entry in cli.entries().items():
        assert f"  {name}" in result.stdout
        assert entry.summary
        assert entry.summary in result.stdout
        assert entry.summary.endswith("."), f"the summary of {name} is a sentence"


def test_no_command_shows_the_help_and_fails(twin_process: Twin) -> None:
    result = twin_process()
    assert (result.returncode, result.stdout[:11]) == (2, "usage: twin")


@pytest.mark.parametrize("name", sorted(cli.entries()))
def test_every_command_has_help_for_every_flag(name: str, twin_process: Twin) -> None:
    result = twin_process(name, "--help", COLUMNS="200")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(f"usage: twin {name}")
    assert cli.entries()[name].summary in " ".join(result.stdout.split())
    args = cli.entries()[name].load().Args
    assert args.__dataclass_params__.frozen
    for field in args.__dataclass_fields__:
        assert field.replace("_", "-").upper().strip("-") in result.stdout.upper().replace("_", "-")


def test_an_unknown_command_suggests_the_nearest(twin_process: Twin) -> None:
    result = twin_process("layout")
    assert result.returncode == 2
    assert "error: unknown command 'layout'; did you mean 'layouts'?" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_flag_is_named(twin_process: Twin) -> None:
    result = twin_process("layouts", "--jsn")
    assert result.returncode == 2
    assert "--jsn" in result.stderr
    assert "--json" in result.stderr


def test_the_version(twin_process: Twin) -> None:
    assert twin_process("--version").stdout == "twin 0.1.0\n"


def test_a_file_is_a_command(command: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_example(command, "print(args.count, args.loud)", "--count", "4", "--loud") == 0
    assert capsys.readouterr().out == "4 True\n"
    assert cli.entries()["an-example"].summary == "An example that works."


def test_an_error_is_one_line_and_exit_code_2(
    command: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWIN_DEBUG", "")
    assert run_example(command, "raise InputError('no such thing')") == 2
    assert capsys.readouterr().err == "error: no such thing\n"
    monkeypatch.setenv("TWIN_DEBUG", "1")
    assert run_example(command, "raise InputError('no such thing')") == 2
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_one_line_that_can_say_how_to_go_on(command: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_example(command, "raise KeyboardInterrupt") == 130
    assert run_example(command, "raise KeyboardInterrupt('go on with --resume')") == 130
    assert capsys.readouterr().err == "interrupted\ninterrupted: go on with --resume\n"


def test_a_full_disk_and_a_forbidden_file_are_plain_errors(command: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_example(command, "raise OSError(28, 'No space left on device', 'out.zarr')") == 2
    assert run_example(command, "open('/nowhere/at/all', 'w')") == 2
    expected = ["error: No space left on device: out.zarr", "error: No such file or directory: /nowhere/at/all"]
    assert capsys.readouterr().err.splitlines() == expected


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    shell = f"'{sys.executable}' -m training.cli schema | head -1"
    result = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (result.stdout, result.stderr) == ("{\n", "")


def test_a_librarys_warning_is_one_line_without_a_path(command: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = warnings.showwarning
    code = "__import__('warnings').warn('a batch\\nis cut', UserWarning)"
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert run_example(command, code) == 0
    assert capsys.readouterr().err == "warning: a batch is cut\n"
    assert warnings.showwarning is before
