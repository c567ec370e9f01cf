"""Robots as data. One YAML file each in ``robots/shipped``; a new one needs no code."""

from pathlib import Path
from typing import TYPE_CHECKING

from twin.shipped import Shipped

if TYPE_CHECKING:
    from robots.robot import Robot

__all__ = ["load", "names"]

_SHIPPED = Shipped("robot", Path(__file__).parent / "shipped")


def names() -> list[str]:
    """Names of the shipped robots."""
    return _SHIPPED.names()


def load(name_or_path: str | Path) -> "Robot":
    """A shipped robot by name, or any robot by the path of its YAML file.

    Raises ``UnknownNameError`` with the nearest name, ``FileError`` with every mistake in the file.
    """
    from robots.robot import Robot

    return Robot.read(_SHIPPED.find(name_or_path))
