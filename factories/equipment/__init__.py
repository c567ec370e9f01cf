"""The kinds of equipment: one file each, found by looking into this folder."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from factories.equipment.base import Box, Equipment, Part

__all__ = ["Box", "Equipment", "Part", "kinds"]


@cache
def kinds() -> Mapping[str, type[Equipment]]:
    """Every kind of equipment by the name that layouts use, in alphabetical order."""
    found: dict[str, type[Equipment]] = {}
    for module_info in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Equipment) and value.__module__ == module.__name__:
                default = value.model_fields["type"].default
                if isinstance(default, str):
                    found[default] = value
    return dict(sorted(found.items()))
