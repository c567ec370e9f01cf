"""Make .foreign/NAME: the packages of tests/foreign/NAME.txt, over those of the environment that runs this.

    .venv/bin/python tests/foreign/make_environment.py NAME

A file lists all that its packages need, pinned; nothing else is installed. So torch, which they would bring again, and
larger, is the one that is there.
"""

import fcntl
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parents[1] / ".foreign"


def main(name: str) -> int:
    """Make it, or make it anew; pip's status."""
    ENVIRONMENTS.mkdir(exist_ok=True)
    with (ENVIRONMENTS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two that are started at once do it one after the other
        folder = ENVIRONMENTS / name
        (folder / ".installed").unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, symlinks=True)
        python = folder / "bin" / "python"
        (_packages(python) / "over.pth").write_text(sysconfig.get_path("purelib") + "\n")
        print(f"Installing tests/foreign/{name}.txt into .foreign/{name}", file=sys.stderr, flush=True)
        status = _install(python, next(HERE.rglob(f"{name}.txt")))
        if status == 0:
            (folder / ".installed").touch()
    return status


def _packages(python: Path) -> Path:
    """Where an environment keeps its own packages."""
    command = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())


def _install(python: Path, requirements: Path) -> int:
    pip = [_with_pip(), "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    return subprocess.run(
        [*pip, "install", "--quiet", "--no-deps", "--requirement", str(requirements)], check=False
    ).returncode


def _with_pip() -> str:
    """This Python, or, where its environment was made without pip, the one that it was made from."""
    has = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    return sys.executable if has else str(Path(sys.base_prefix) / "bin" / "python3")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
