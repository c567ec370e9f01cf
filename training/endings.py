"""How an episode can end, one entry each: its name in files, and how people are told and shown it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Ending:
    """How it is told and shown."""

    words: str
    color: str
    marker: str
    """matplotlib's, at the end of a way."""


ENDINGS: Mapping[str, Ending] = MappingProxyType(
    {
        "success": Ending("arrived", "#2b95d6", "o"),
        "collision": Ending("collided", "#d64545", "X"),
        "timeout": Ending("out of time", "#e0a030", "s"),
        "stranded": Ending("out of battery", "#8a63d2", "D"),
    }
)


def ending(*, arrived: bool, collided: bool, stranded: bool) -> str:
    """One of ``ENDINGS``; ``arrived``: and touched nothing, ``stranded``: whether it ended before its time."""
    if arrived:
        return "success"
    if collided:
        return "collision"
    return "stranded" if stranded else "timeout"
