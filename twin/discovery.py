"""Cases found by looking into a folder: one module each, holding what its siblings hold under the same names."""

import sys
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from twin import extensions
from twin.errors import InputError

SHARED = "base"


def names(package: str) -> list[str]:
    """Modules of a package, in alphabetical order; those that others share, ``base`` and ``_*``, are left out.

    Nothing of the package is imported, only what it is in.
    """
    modules = iter_modules(folders(package))
    return sorted(m.name for m in modules if not (m.ispkg or m.name.startswith("_") or m.name == SHARED))


def folders(package: str) -> list[str]:
    """Where modules of a package lie: in its own folder, and in those of its name in ``twin.extensions``."""
    if package not in sys.modules:
        return [str(extensions.ROOT.joinpath(*package.split("."))), *extensions.folders(package)]
    path = sys.modules[package].__path__
    path.extend(folder for folder in extensions.folders(package) if folder not in path)  # imports look there too
    return list(path)


def found(package: str, attribute: str, kind: str) -> dict[str, Any]:
    """What each module of a package holds under ``attribute``, by the module's name.

    Raises ``InputError`` for a file that holds no such thing; ``kind`` says what it should be, such as ``label``.
    """
    return {name: getattr(loaded(package, name, kind, attribute), attribute) for name in names(package)}


def loaded(package: str, name: str, kind: str, *attributes: str) -> ModuleType:
    """One module of a package; raises ``InputError`` where it lacks one of ``attributes``."""
    module = import_module(f"{package}.{name}")
    lacking = [attribute for attribute in attributes if not hasattr(module, attribute)]
    if lacking:
        raise lacks(module, f"a {kind} is a file with {' and '.join(attributes)}, and this one has no {lacking[0]}")
    return module


def lacks(module: ModuleType, what: str) -> InputError:
    """The error that names a module's file."""
    return InputError(f"{module.__file__}: {what}; a file that others share has a name that begins with _")
