"""Factories as data: layouts, equipment, and the scenes they build."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from factories.builder import build
    from factories.generator import GeneratorOptions, generate
    from factories.layout import Layout, load, names, save
    from factories.occupancy import occupancy_of
    from factories.schema import json_schema

_HOMES = {
    "GeneratorOptions": "generator",
    "Layout": "layout",
    "build": "builder",
    "generate": "generator",
    "json_schema": "schema",
    "load": "layout",
    "names": "layout",
    "occupancy_of": "occupancy",
    "save": "layout",
}

__all__ = [
    "GeneratorOptions",
    "Layout",
    "build",
    "generate",
    "json_schema",
    "load",
    "names",
    "occupancy_of",
    "save",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for, and only then."""
    if name not in _HOMES:
        raise AttributeError(f"module 'factories' has no attribute '{name}'")
    return getattr(importlib.import_module(f"factories.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
