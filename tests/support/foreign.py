"""Runs loaders that nobody here wrote, each in an environment of its own: see ``tests/foreign/README.md``."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "tests" / "foreign"
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "OMP_NUM_THREADS": "1",
    "YOLO_OFFLINE": "1",
}


def python(name: str) -> Path:
    """The interpreter of an environment; skips the test where it is not installed."""
    folder = ROOT / ".foreign" / name
    if not (folder / ".installed").is_file():
        pytest.skip(f"the environment '{name}' is not installed: make .foreign/{name}/.installed")
    return folder / "bin" / "python"


def run(name: str, script: str, *arguments: object, home: Path, **environment: str) -> str:
    """What ``tests/foreign/SCRIPT`` prints in the environment ``name``. Caches and settings go to ``home``."""
    homes = dict.fromkeys(("HOME", "HF_HOME", "YOLO_CONFIG_DIR", "XDG_CACHE_HOME", "MPLCONFIGDIR"), str(home))
    process = subprocess.run(
        [python(name), SCRIPTS / script, *map(str, arguments)],
        env={**os.environ, **QUIET, **homes, **environment},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, f"{script} failed in '{name}':\n{process.stdout}\n{process.stderr}"
    return process.stdout


def load(name: str, script: str, *arguments: object, home: Path, **environment: str) -> Any:
    """The last line that the script prints, as JSON."""
    return json.loads(run(name, script, *arguments, home=home, **environment).strip().rpartition("\n")[2])
