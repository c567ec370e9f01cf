"""Run ``twin`` as a user does."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Twin = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def twin(tmp_path: Path) -> Twin:
    """``twin("layouts", "--json")``: the finished process, run in an empty folder."""

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
