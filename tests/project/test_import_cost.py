"""Importing the package and asking for help load no engine and nothing heavy."""

import json
import subprocess
import sys

import pytest

HEAVY = {"gymnasium", "matplotlib", "moderngl", "mujoco", "numba", "pybullet", "scipy", "skimage", "torch", "zarr"}

LOADED = "import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"


def loaded_after(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after ``statement``."""
    result = subprocess.run(
        [sys.executable, "-c", f"{statement}\n{LOADED}"], check=True, capture_output=True, text=True
    )
    return set(json.loads(result.stdout.splitlines()[-1]))


@pytest.mark.parametrize("package", ["twin", "robots", "factories", "training"])
def test_packages_import_nothing_heavy(package: str) -> None:
    assert not loaded_after(f"import {package}") & HEAVY


def test_importing_envs_loads_no_engine() -> None:
    assert not loaded_after("import envs") & (HEAVY - {"gymnasium"})


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_the_command_line_answers_without_loading_anything_heavy(flag: str) -> None:
    assert not loaded_after(f"from training.cli import main; assert main(['{flag}']) == 0") & HEAVY


def test_the_help_imports_no_command() -> None:
    statement = "import sys; from training.cli import main; main(['--help'])"
    statement += "\nassert not [name for name in sys.modules if name.startswith('training.commands.')]"
    loaded_after(statement)


def test_the_startup_hook_loads_nothing_of_ours_and_no_gymnasium() -> None:
    assert not loaded_after("pass") & {"twin", "envs", "robots", "factories", "training", "gymnasium"}
