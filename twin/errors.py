"""The errors a person sees: what is wrong, where, what is allowed, and the nearest valid name."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class TwinError(Exception):
    """Base of every error this project raises on purpose; the command line prints it without a traceback."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Processes send each other errors; by default a copy would be made by calling the class with its message."""
        return _copy, (type(self), self.args, vars(self))


def _copy(kind: type[TwinError], args: tuple[object, ...], state: Mapping[str, object]) -> TwinError:
    error = kind.__new__(kind, *args)
    vars(error).update(state)
    return error


class InputError(TwinError):
    """A file, flag or argument given by the user is not valid."""


class UnknownNameError(InputError):
    """A name that is not among the allowed ones."""

    def __init__(self, kind: str, name: str, allowed: Iterable[str], where: str = "") -> None:
        super().__init__(unknown_name(kind, name, allowed, where))


class UnsafeFileError(InputError):
    """An untrusted file asks for something it must not have (size, path, entity, pickle)."""


class PhysicsError(TwinError):
    """The engine reported a warning, or a state that is not finite; names the body."""


class RenderError(TwinError):
    """A renderer cannot draw: no OpenGL, a lost context, a use from the wrong thread."""


class DatasetError(TwinError):
    """A dataset is not one of ours, is damaged, or cannot take what is written to it."""


class PlanningError(TwinError):
    """No free place or no way: a start inside a wall, a goal that cannot be reached."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file. ``line`` and ``column`` count from 1; 0 means unknown."""

    message: str
    key: str = ""
    line: int = 0
    column: int = 0

    def describe(self, file: Path | str) -> str:
        """``file:line:column: key: message``, leaving out what is unknown."""
        place = f"{file}:{self.line}:{self.column}" if self.line else f"{file}"
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class FileError(InputError):
    """Everything wrong in one file, all of it at once."""

    def __init__(self, file: Path | str, problems: Iterable[Problem]) -> None:
        self.file = str(file)
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.describe(file) for problem in self.problems))


def one_of(kind: str, name: str, allowed: Collection[str], where: str = "") -> str:
    """The name, where it is allowed; raises ``UnknownNameError`` where it is not."""
    if name not in allowed:
        raise UnknownNameError(kind, str(name), allowed, where)
    return name


def entry(kind: str, name: str, table: Mapping[str, T], where: str = "") -> T:
    """What stands in a table under the name; raises ``UnknownNameError`` where nothing does."""
    return table[one_of(kind, name, table, where)]


def unknown_name(kind: str, name: str, allowed: Iterable[str], where: str = "") -> str:
    """Message for a name that is not allowed, with the nearest valid one first.

    >>> unknown_name("robot", "am_r", ["amr", "omni"])
    "unknown robot 'am_r'; did you mean 'amr'? allowed: amr, omni"
    """
    names = sorted(allowed)
    by_ending = {n.rpartition("/")[2]: n for n in names} | {n: n for n in names}
    near = get_close_matches(name, by_ending, n=1) or [n for n in by_ending if name and n.startswith(name)]
    hint = f"did you mean '{by_ending[near[0]]}'? " if near else ""
    prefix = f"{where}: " if where else ""
    return f"{prefix}unknown {kind} '{name}'; {hint}allowed: {', '.join(names) or 'none'}"
