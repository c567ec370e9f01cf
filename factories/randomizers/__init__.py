"""Randomizers of layouts, one file each, found by looking.

To add one, put a file beside the others with a class ``RANDOMIZER`` whose ``type`` is a ``Literal`` of the file's name;
scenarios can name it at once.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from factories.randomizers._base import LayoutRandomizer
from twin import discovery

__all__ = ["LayoutRandomizer", "randomizers"]


@cache
def randomizers() -> Mapping[str, type[LayoutRandomizer]]:
    """Every one by name."""
    return MappingProxyType(discovery.found(__name__, "RANDOMIZER", "randomizer", discovery.typed))
