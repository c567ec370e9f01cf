"""Other people's dataset formats. One file each, named as the format; a new file is found by itself.

A format's module has ``export(selection, folder, done)``: write the selected images below an empty ``folder``,
calling ``done(n)`` after every n images.
"""

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from twin.errors import UnknownNameError

if TYPE_CHECKING:
    from training.export._selection import Selection


class Format(Protocol):
    """What a format's module has."""

    def export(self, selection: "Selection", folder: Path, done: Callable[[int], None]) -> None:
        """Write the files."""


def formats() -> list[str]:
    """Names of all formats."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


def load(name: str) -> Format:
    """The module of a format; raises ``UnknownNameError``."""
    if name not in formats():
        raise UnknownNameError("export format", name, formats())
    return cast("Format", importlib.import_module(f"{__name__}.{name}"))
