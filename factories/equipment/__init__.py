"""The kinds of equipment: one file each, found by looking into this folder."""

from collections.abc import Mapping
from functools import cache
from types import ModuleType

from factories.equipment.base import Box, Equipment, Part
from twin import discovery

__all__ = ["Box", "Equipment", "Part", "kinds"]


@cache
def kinds() -> Mapping[str, type[Equipment]]:
    """Every kind of equipment by the name that layouts use, in alphabetical order.

    Raises ``InputError`` for a file without one.
    """
    found: dict[str, type[Equipment]] = {}
    for name in discovery.names(__name__):
        for kind in _own(discovery.loaded(__name__, name, "kind of equipment")):
            default = kind.model_fields["type"].default
            if isinstance(default, str):
                found[default] = kind
    return dict(sorted(found.items()))


def _own(module: ModuleType) -> list[type[Equipment]]:
    """The kinds that a module defines, those that others build on included."""
    values = [v for v in vars(module).values() if isinstance(v, type) and v.__module__ == module.__name__]
    kinds = [value for value in values if issubclass(value, Equipment)]
    if not kinds:
        raise discovery.lacks(
            module, "a kind of equipment is a file with a subclass of Equipment, and this one has none"
        )
    return kinds
