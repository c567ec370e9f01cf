"""``gym.make`` knows our environments with no import of ours, and nobody else pays for it."""

import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import twin

HOME = Path(twin.__file__).parents[1]
OURS = "print([name for name in gymnasium.registry if name.startswith('FactoryTwin/')])"


def python(code: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "always", "-c", code],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_installed_package_contains_the_startup_hook() -> None:
    files = {str(file) for file in distribution("factory-twin").files or ()}
    assert {"factory_twin_gymnasium.pth", "_factory_twin_gymnasium.py"} <= files


def test_the_installed_copy_is_the_one_in_the_source() -> None:
    copies = [file for file in distribution("factory-twin").files or () if file.name == "_factory_twin_gymnasium.py"]
    assert Path(copies[0].locate()).read_text() == (HOME / "install" / "_factory_twin_gymnasium.py").read_text()


def test_importing_gymnasium_alone_registers() -> None:
    result = python(f"import gymnasium; {OURS}")
    assert "FactoryTwin/PointNav-v0" in result.stdout
    assert result.stderr == ""


def test_asking_whether_gymnasium_exists_changes_nothing() -> None:
    result = python(f"import importlib.util as u; u.find_spec('gymnasium'); import gymnasium; {OURS}")
    assert "FactoryTwin/PointNav-v0" in result.stdout


def test_importing_our_package_first_registers_once_without_a_warning() -> None:
    result = python(f"import envs.rewards, gymnasium; {OURS}")
    assert result.stdout.count("FactoryTwin/PointNav-v0") == 1
    assert result.stderr == ""


def test_gymnasium_itself_is_left_as_it_was() -> None:
    code = "import gymnasium, inspect, sys; assert 'def make' in inspect.getsource(gymnasium.envs.registration)"
    result = python(f"{code}\nprint([f for f in sys.meta_path if 'Gymnasium' in str(f)], gymnasium.__spec__.origin)")
    assert result.stdout.startswith("[] /"), result.stderr


def test_a_strangers_package_is_not_run_and_gymnasium_goes_on(tmp_path: Path) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "__init__.py").write_text("print('a stranger ran')")
    result = python("import gymnasium; print(gymnasium.make('CartPole-v1').spec.id)", cwd=tmp_path)
    assert result.stdout == "CartPole-v1\n"
    assert f"not registered: Python finds the package 'envs' in {tmp_path}" in result.stderr


def test_a_copy_left_behind_by_a_removed_package_is_silent(tmp_path: Path) -> None:
    code = f"""
import importlib.metadata, sys
def gone(name): raise importlib.metadata.PackageNotFoundError(name)
importlib.metadata.distribution = gone
import gymnasium
{OURS}
"""
    result = python(code, cwd=tmp_path)
    assert (result.stdout, result.stderr) == ("[]\n", "")


def test_the_startup_line_survives_without_the_module(tmp_path: Path) -> None:
    line = (HOME / "install" / "factory_twin_gymnasium.pth").read_text()
    (tmp_path / "_factory_twin_gymnasium.py").write_text("raise ImportError('gone')")
    result = python(f"import sys\nsys.modules.pop('_factory_twin_gymnasium', None)\n{line}print('fine')", cwd=tmp_path)
    assert (result.stdout, result.stderr) == ("fine\n", "")
