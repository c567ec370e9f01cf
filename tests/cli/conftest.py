"""Run ``twin`` as a user does: in a process of its own where that matters, else in this one, which has its imports."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from training import cli

Twin = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Twin:
    """``twin("layouts", "--json")``: what the command answered, in an empty folder."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        with monkeypatch.context() as changed:
            changed.chdir(tmp_path)
            changed.setenv("TWIN_DEBUG", "")
            typed = [str(argument) for argument in arguments]
            capfd.readouterr()
            try:
                code = cli.main(typed)
            except SystemExit as end:
                assert isinstance(end.code, int), end.code  # text would be printed by the interpreter alone
                code = end.code
            return subprocess.CompletedProcess(typed, code, *capfd.readouterr())

    return run


@pytest.fixture
def twin_process(tmp_path: Path) -> Twin:
    """The same in a new process, whose environment may differ."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "training.cli", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "TWIN_DEBUG": "", **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    return run
