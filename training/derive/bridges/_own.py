"""Bridges that users bring along: imported when they are named, and never otherwise."""

import importlib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

from training.derive.bridges._base import BridgeFunction
from twin.errors import InputError

_OWN = re.compile(r"(?P<place>.+\.py|[A-Za-z_]\w*(\.[A-Za-z_]\w*)*):(?P<name>[A-Za-z_]\w*)")


def is_own(text: str) -> bool:
    """Whether it is written ``module:function`` or ``file.py:function``."""
    return _OWN.fullmatch(text) is not None


def own(text: str) -> BridgeFunction:
    """Import it; raises ``InputError`` in one line, whatever its module does."""
    match = _OWN.fullmatch(text)
    assert match is not None
    place, name = match.group("place", "name")
    try:
        module = _of_file(Path(place)) if place.endswith(".py") else importlib.import_module(place)
    except InputError:
        raise
    except (Exception, SystemExit) as error:
        raise InputError(f"--bridge {text}: {place} cannot be imported: {type(error).__name__}: {error}") from error
    function = getattr(module, name, None)
    if not callable(function):
        raise InputError(f"--bridge {text}: {place} has no function '{name}'")
    return function


def _of_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise InputError(f"--bridge {path}: there is no such file")
    spec = importlib.util.spec_from_file_location(f"bridge_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
