"""Maps in other formats become layouts: one file for each format, found by looking into this folder."""

import importlib
import inspect
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol, cast

from factories.importers.base import Imported
from twin import discovery
from twin.errors import InputError, entry, one_of

__all__ = ["Imported", "formats", "load"]


class Importer(Protocol):
    """What the module of a format has."""

    SUFFIXES: tuple[str, ...]
    """Endings of its files, with the dot, in small letters."""

    @staticmethod
    def read(path: Path, **options: Any) -> Imported:
        """The layout in a file; options have names and defaults of their own. Raises ``InputError``."""


@cache
def formats() -> Mapping[str, Importer]:
    """The importers by name, in alphabetical order."""
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in discovery.names(__name__)}
    return {name: cast(Importer, module) for name, module in modules.items() if hasattr(module, "SUFFIXES")}


def load(path: Path | str, format: str | None = None, **options: Any) -> Imported:  # noqa: A002
    """Import a map. The format is that of the file's ending unless named.

    Raises ``UnknownNameError`` for a format or option that there is not, ``InputError`` for a file that cannot be read,
    ``UnsafeFileError`` for one that asks for what it must not have.
    """
    path = Path(path)
    name = format or _format_of(path)
    importer = entry("map format", name, formats())
    allowed = [key for key in inspect.signature(importer.read).parameters if key != "path"]
    for key in options:
        one_of("option", key, allowed, f"map format '{name}'")
    return importer.read(path, **options)


def _format_of(path: Path) -> str:
    for name, importer in formats().items():
        if path.suffix.lower() in importer.SUFFIXES:
            return name
    endings = ", ".join(f"{suffix} ({name})" for name, importer in formats().items() for suffix in importer.SUFFIXES)
    raise InputError(f"{path}: no map format has files that end in '{path.suffix}'; there are {endings}")
