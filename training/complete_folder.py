"""Folders that appear only when they are complete."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.flag_checks import followed, reachable
from twin.errors import InputError


@contextmanager
def complete_folder(out: Path) -> Iterator[Path]:
    """A folder to fill, renamed to ``out`` when the block ends and removed when it raises. Its path is absolute.

    Raises ``InputError`` where ``out`` cannot be written, is a file or holds anything.
    """
    check_free(out)
    place = followed(out)  # a link to a folder stays a link
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".partial", dir=place.parent))
    except OSError as error:
        raise InputError(f"--out {out}: nothing can be written to {place.parent}: {error.strerror}") from error
    try:
        yield staging
        staging.chmod(0o755)
        staging.replace(place)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def check_free(out: Path) -> None:
    """Raise ``InputError`` where something is already, or nothing can be."""
    place = followed(out)
    if place.is_dir():
        if any(place.iterdir()):
            raise InputError(f"--out {out} is not empty; nothing was written; choose another folder")
        if place == Path.cwd():
            raise InputError(f"--out {out} is the current folder; name a folder in it, which is then made")
    elif place.exists():
        raise InputError(f"--out {out} is a file; name a folder")
    reachable(out=out)
