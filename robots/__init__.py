"""Robots as data. One YAML file each in ``robots/shipped``; a new one needs no code."""

from pathlib import Path
from typing import TYPE_CHECKING

from twin.errors import UnknownNameError

if TYPE_CHECKING:
    from robots.robot import Robot

__all__ = ["load", "names"]

_SHIPPED = Path(__file__).parent / "shipped"


def names() -> list[str]:
    """Names of the shipped robots."""
    return sorted(path.stem for path in _SHIPPED.glob("*.yaml"))


def load(name_or_path: str | Path) -> "Robot":
    """A shipped robot by name, or any robot by the path of its YAML file.

    Raises ``UnknownNameError`` with the nearest name, ``FileError`` with every mistake in the file.
    """
    from robots.robot import Robot

    text = str(name_or_path)
    if isinstance(name_or_path, Path) or "/" in text or text.endswith((".yaml", ".yml")):
        return Robot.read(Path(name_or_path))
    if text not in names():
        raise UnknownNameError("robot", text, names())
    return Robot.read(_SHIPPED / f"{text}.yaml")
