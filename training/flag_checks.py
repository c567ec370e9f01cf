"""What flags must be before anything long begins: a wrong one is found at once, not when the work is done."""

import math
import os
from pathlib import Path

from twin.errors import InputError


def positive(**flags: float | None) -> None:
    """Raise ``InputError`` for a flag that is not a finite number above 0; None is a flag that was not given."""
    for name, value in flags.items():
        if value is not None and not (math.isfinite(value) and value > 0):
            raise InputError(f"{_flag(name)} {value}: should be more than 0")


def not_negative(**flags: float | None) -> None:
    """Raise ``InputError`` for a flag that is not a finite number of at least 0."""
    for name, value in flags.items():
        if value is not None and not (math.isfinite(value) and value >= 0):
            raise InputError(f"{_flag(name)} {value}: should be 0 or more")


def writable(**flags: Path | None) -> None:
    """Raise ``InputError`` for a file that could not be written: its folder is missing or closed, or it is a folder."""
    for name, path in flags.items():
        if path is not None and not path.parent.is_dir():
            raise InputError(f"{_flag(name)} {path}: there is no folder {path.parent}")
        if path is not None and path.is_dir():
            raise InputError(f"{_flag(name)} {path}: is a folder")
        if path is not None:
            _check_open(name, path, path.parent)


def reachable(**flags: Path) -> None:
    """Raise ``InputError`` for what could not be made, folders on the way to it included."""
    for name, path in flags.items():
        above = next(folder for folder in followed(path, _flag(name)).parents if folder.exists())
        if not above.is_dir():
            raise InputError(f"{_flag(name)} {path}: {above} is a file, so there can be no folder in it")
        _check_open(name, path, above)


def make_folders(**flags: Path) -> None:
    """Make folders and those on the way to them, where they are missing; ``InputError`` where there can be none."""
    for name, path in flags.items():
        place = followed(path, _flag(name))
        if place.is_dir():
            _check_open(name, path, place)
            continue
        if place.exists():
            raise InputError(f"{_flag(name)} {path}: is a file, not a folder")
        reachable(**{name: path})
        place.mkdir(parents=True, exist_ok=True)


def _check_open(name: str, path: Path, folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"{_flag(name)} {path}: {folder} may not be written to")


def followed(path: Path, flag: str = "--out") -> Path:
    """Where a path leads to, absolute; raises ``InputError`` for a link that leads to itself."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # which of them depends on Python's version
        raise InputError(f"{flag} {path}: is a link that leads to itself") from None


def ending(suffix: str, **flags: Path) -> None:
    """Raise ``InputError`` for a file that is to be written under another ending than its format has."""
    for name, path in flags.items():
        if path.suffix.lower() != suffix:
            raise InputError(f"{_flag(name)} {path}: should end in {suffix}, the one format that is written")


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def image_size(text: str) -> tuple[int, int]:
    """Width and height of ``--size``; raises ``InputError``."""
    from twin.lenses import MAX_SIDE

    width, _, height = text.partition("x")
    if not all(side.isdecimal() and 0 < int(side) <= MAX_SIDE for side in (width, height)):
        raise InputError(f"--size {text}: should be WIDTHxHEIGHT in pixels, such as 128x128")
    return int(width), int(height)
