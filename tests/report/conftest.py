"""One quick demo for all tests, made as a user makes it, on a machine without OpenGL."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

NO_OPENGL = {"__EGL_VENDOR_LIBRARY_FILENAMES": "/nonexistent"}


@dataclass(frozen=True)
class Demo:
    """A finished one."""

    folder: Path
    """Where it was typed."""
    process: "subprocess.CompletedProcess[str]"

    @property
    def out(self) -> Path:
        return self.folder / "demo"


def twin(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "training.cli", *arguments],
        cwd=folder,
        env={**os.environ, **NO_OPENGL},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("typed")
    process = twin(folder, "demo", "--quick", "--out", "demo")
    assert process.returncode == 0, process.stderr
    return Demo(folder, process)
