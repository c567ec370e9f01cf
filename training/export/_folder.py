"""Folders that appear only when they are complete."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twin.errors import InputError


@contextmanager
def complete_folder(out: Path) -> Iterator[Path]:
    """A folder to fill, renamed to ``out`` when the block ends and removed when it raises. Its path is absolute.

    Raises ``InputError`` where ``out`` is a file or holds anything.
    """
    check_free(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".partial", dir=out.parent.absolute()))
    try:
        yield staging
        staging.chmod(0o755)
        staging.replace(out)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def check_free(out: Path) -> None:
    """Raise ``InputError`` where something is already."""
    if out.is_dir():
        if any(out.iterdir()):
            raise InputError(f"{out} is not empty; nothing was written; choose another folder")
    elif out.exists():
        raise InputError(f"{out} is a file; an export needs a folder")
