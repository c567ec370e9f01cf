"""The kinds of equipment: one file each, found by looking into this folder."""

from collections.abc import Mapping
from functools import cache
from types import ModuleType

from factories.equipment.base import Box, Equipment, Part
from twin import discovery

__all__ = ["Box", "Equipment", "Part", "kinds"]

KIND = "kind of equipment"


@cache
def kinds() -> Mapping[str, type[Equipment]]:
    """Every kind of equipment by the name that layouts use, in alphabetical order.

    Raises ``InputError`` for a file without one, and for a second one of the same name.
    """
    modules = [discovery.loaded(__name__, name, KIND) for name in discovery.names(__name__)]
    own = [(discovery.typed(kind), kind, module) for module in modules for kind in _own(module) if _has_name(kind)]
    return dict(sorted(discovery.by_name(KIND, own).items()))


def _has_name(kind: type[Equipment]) -> bool:
    return isinstance(kind.model_fields["type"].default, str)


def _own(module: ModuleType) -> list[type[Equipment]]:
    """The kinds that a module defines, those that others build on included."""
    values = [v for v in vars(module).values() if isinstance(v, type) and v.__module__ == module.__name__]
    kinds = [value for value in values if issubclass(value, Equipment)]
    if not kinds:
        raise discovery.lacks(
            module, "a kind of equipment is a file with a subclass of Equipment, and this one has none"
        )
    return kinds
