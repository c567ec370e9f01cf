"""``compiled``: what every loop of ours that Numba compiles is decorated with.

Numba keeps compiled code beside the source and makes it anew when the function's own file changes. That is too late
where a loop calls others or reads constants of other files: here the files that it imports count as well.
"""

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, overload

from numba import njit
from numba.core.caching import FunctionCache

Function = TypeVar("Function", bound=Callable[..., Any])

_ROOMS = ("twin", "robots", "factories", "envs", "training")
_IMPORT = re.compile(r"^from (\S+) import (\([^)]*\)|[^\n]*)", re.MULTILINE)
_NAME = re.compile(r"\w+")


@overload
def compiled(function: Function, /) -> Function: ...
@overload
def compiled(**options: Any) -> Callable[[Function], Function]: ...
def compiled(function: Any = None, /, **options: Any) -> Any:
    """Compile a function at its first call, keep the code on disk, and run it without Python's lock.

    ``options`` are those of ``numba.njit``.
    """
    if function is None:
        return lambda given: compiled_with(given, **options)
    return compiled_with(function)


def compiled_with(function: Function, **options: Any) -> Function:
    """``compiled``, of a function with options."""
    dispatcher = njit(nogil=True, **options)(function)
    dispatcher._cache = _Cache(function)
    return dispatcher


class _Cache(FunctionCache):  # type: ignore[misc] # Numba has no types
    """Old when any file is that the function's file imports, or that those import."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file._source_stamp = stamp(Path(function.__code__.co_filename))


@cache
def stamp(source: Path) -> str:
    """A digest of a file and all of ours that it imports at its top level, directly or not."""
    return sha256(b"".join(sorted(_digest(path) for path in _reached(source)))).hexdigest()


def _reached(source: Path) -> set[Path]:
    """The files that ``stamp`` is about."""
    found, left = {source}, [source]
    while left:
        new = _imported(left.pop()) - found
        found |= new
        left += new
    return found


@cache
def _digest(source: Path) -> bytes:
    return sha256(source.read_bytes()).digest()


@cache
def _imported(source: Path) -> frozenset[Path]:
    """Files of ours that a file's ``from`` lines name: modules, and what is imported from packages."""
    found = set()
    for module, names in _IMPORT.findall(source.read_text(encoding="utf-8")):
        if module.split(".")[0] not in _ROOMS:
            continue
        folder = _HOUSE.joinpath(*module.split("."))
        found |= {folder.with_suffix(".py"), folder / "__init__.py"}
        found |= {folder / f"{name}.py" for name in _NAME.findall(names)}
    return frozenset(path for path in found if path.exists())


_HOUSE = Path(__file__).parents[1]
"""The folder of the five packages."""
