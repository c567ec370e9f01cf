"""Cases found by looking into a folder: one module each, holding what its siblings hold under the same names."""

import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from twin import extensions
from twin.errors import InputError
from twin.wording import article

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


def found(package: str, attribute: str, kind: str, called: Callable[[Any], str] | None = None) -> dict[str, Any]:
    """What each module of a package holds under ``attribute``, by what it is ``called``, else by the module's name.

    Raises ``InputError`` for a file that holds no such thing or one of another kind, and for a second one of the same
    name; ``kind`` says what it should be, such as ``label``.
    """
    modules = [loaded(package, name, kind, attribute) for name in names(package)]
    cases = [(module, getattr(module, attribute)) for module in modules]
    return by_name(kind, ((_name(case, module, kind, attribute, called), case, module) for module, case in cases))


def by_name(kind: str, cases: Iterable[tuple[str, Any, ModuleType]]) -> dict[str, Any]:
    """Cases by their names, in order.

    Raises ``InputError`` where two have one name: who copies a file and forgets it there would replace the other.
    """
    files: dict[str, str | None] = {}
    found: dict[str, Any] = {}
    for name, case, module in cases:
        if name in found:
            there = f"{files[name]} has {article(kind)} '{name}' already"
            raise InputError(f"{module.__file__}: {there}; give this one its own name")
        files[name], found[name] = module.__file__, case
    return found


def _name(case: Any, module: ModuleType, kind: str, attribute: str, called: Callable[[Any], str] | None) -> str:
    if called is None:
        return _stem(module)
    try:
        return called(case)
    except (AttributeError, KeyError):
        raise lacks(module, f"its {attribute} is not {article(kind)}, but of type {type(case).__name__}") from None


def _stem(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def typed(case: Any) -> str:
    """What files call a kind of model: the default of its ``type``."""
    return str(case.model_fields["type"].default)


def loaded(package: str, name: str, kind: str, *attributes: str) -> ModuleType:
    """One module of a package; raises ``InputError`` where it lacks one of ``attributes``."""
    module = import_module(f"{package}.{name}")
    lacking = [attribute for attribute in attributes if not hasattr(module, attribute)]
    if lacking:
        needed = " and ".join(attributes)
        raise lacks(module, f"{article(kind)} is a file with {needed}, and this one has no {lacking[0]}")
    return module


def lacks(module: ModuleType, what: str) -> InputError:
    """The error that names a module's file."""
    return InputError(f"{module.__file__}: {what}; a file that others share has a name that begins with _")
