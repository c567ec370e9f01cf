"""How many episodes of which scenarios there shall be."""

from collections.abc import Mapping
from pathlib import Path

from envs import scenarios
from twin.errors import InputError

ALL = "all"
"""Every shipped scenario with a case."""
MOST = 1_000_000


def parsed(texts: tuple[str, ...]) -> dict[str, int]:
    """From ``spill=20``, ``my.yaml=5`` or ``all=20``; each a scenario's name or file and a count.

    Raises ``InputError`` for what is none, ``UnknownNameError`` for a scenario that does not exist.
    """
    found: dict[str, int] = {}
    for text in texts:
        name, equals, count = text.rpartition("=")
        if not (equals and name) or not count.isdecimal() or not 1 <= int(count) <= MOST:
            raise InputError(f"--quota {text}: should be NAME=COUNT with a count of at least 1, such as spill=20")
        for one in with_cases() if name == ALL else [name]:
            if one in found:
                raise InputError(f"--quota {text}: '{one}' has a quota already")
            scenarios.load(one)
            found[one] = int(count)
    return found


def with_cases() -> list[str]:
    """Names of the shipped scenarios that have a case."""
    return [name for name in scenarios.names() if scenarios.load(name).case is not None]


def plan(quotas: Mapping[str, int]) -> tuple[str, ...]:
    """The scenario of each episode, by its number: one of each in turn, as long as its quota lasts.

    What is stopped early has some of everything.
    """
    most = max(quotas.values(), default=0)
    return tuple(name for turn in range(most) for name, count in quotas.items() if turn < count)


def title(name: str) -> str:
    """What episodes of a scenario are labelled with, which may be another word than its file's name."""
    return scenarios.load(name).name if Path(name).suffix else name
