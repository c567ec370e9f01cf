"""What a user gets from a built wheel: everything the code reads, nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("twin", "robots", "factories", "envs", "training")


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a wheel built now."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("package", PACKAGES)
def test_everything_in_a_package_is_in_the_wheel(package: str, contents: set[str]) -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*") if path.is_file()}
    assert {name for name in files if "__pycache__" not in name} <= contents
    assert f"{package}/py.typed" in contents


def test_nothing_else_is_in_it_but_the_startup_hook_and_the_metadata(contents: set[str]) -> None:
    others = {name for name in contents if name.split("/")[0] not in PACKAGES and ".dist-info/" not in name}
    assert others == {"factory_twin_gymnasium.pth", "_factory_twin_gymnasium.py"}
    assert any(name.endswith("licenses/LICENSE") for name in contents)
