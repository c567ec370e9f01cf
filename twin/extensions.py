"""Files of one's own that are found as ours are: folders laid out as this project, named by ``TWIN_EXTENSIONS``.

``mine/envs/tasks/park.py`` is then the module ``envs.tasks.park``. The variable holds for the processes that a process
starts, so that workers and vector environments find the same.
"""

import hashlib
import os
from functools import cache
from pathlib import Path

from twin import __version__
from twin.errors import InputError, UnknownNameError

VARIABLE = "TWIN_EXTENSIONS"
ROOT = Path(__file__).parents[1]
ROOMS = ("twin", "robots", "factories", "envs", "training")


def folders(package: str) -> list[str]:
    """Where more modules of a package lie.

    Raises ``InputError`` for a folder that is not there, or that holds a file where nothing would look for it.
    """
    inside = Path(*package.split("."))
    return [str(folder / inside) for folder in _named(os.environ.get(VARIABLE, "")) if (folder / inside).is_dir()]


def version() -> str:
    """The project's version, and what was added to it: ``0.1.0 with envs/tasks/park.py 1f2e3d4c5b6a``.

    Each file is followed by the first twelve digits of its SHA-256. Raises as ``folders`` does.
    """
    added = ", ".join(f"{inside.as_posix()} {_digest(folder / inside)}" for folder, inside in _files())
    return f"{__version__} with {added}" if added else __version__


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _files() -> list[tuple[Path, Path]]:
    """Each folder of extensions, and a file in it, as seen from there."""
    folders = _named(os.environ.get(VARIABLE, ""))
    return [(folder, file.relative_to(folder)) for folder in folders for file in sorted(folder.rglob("*.py"))]


@cache
def _named(text: str) -> tuple[Path, ...]:
    found = tuple(Path(name).resolve() for name in text.split(os.pathsep) if name)
    for folder in found:
        if not folder.is_dir():
            raise InputError(f"{VARIABLE}: there is no folder '{folder}'")
        _check(folder)
    return found


def _check(folder: Path) -> None:
    """Each file stands in a folder that we have too, under a name of its own."""
    for file in sorted(path for path in folder.rglob("*.py") if not path.name.startswith("_")):
        inside = file.relative_to(folder)
        if not (ROOT / inside.parent / "__init__.py").is_file():
            raise UnknownNameError("folder", inside.parent.as_posix(), _ours(), f"{VARIABLE}: {file}")
        if (ROOT / inside).is_file():
            raise InputError(
                f"{VARIABLE}: {file}: there is a file '{inside.as_posix()}' already; give this one its own name"
            )


def _ours() -> list[str]:
    """Folders that hold cases, one file each."""
    files = (path for room in ROOMS for path in (ROOT / room).rglob("__init__.py"))
    return sorted(path.parent.relative_to(ROOT).as_posix() for path in files)
