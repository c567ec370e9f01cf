"""Randomizers of what is neither engine nor layout, one file each, found by looking.

To add one, put a file beside the others with a class ``RANDOMIZER`` whose ``type`` is a ``Literal`` of the file's name;
scenarios can name it at once.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from twin import discovery
from twin.randomizers._base import Drawing, Drawn, Mode, Randomizer

__all__ = ["Drawing", "Drawn", "Mode", "Randomizer", "randomizers"]


@cache
def randomizers() -> Mapping[str, type[Randomizer]]:
    """Every one by name."""
    return MappingProxyType(discovery.found(__name__, "RANDOMIZER", "randomizer", discovery.typed))
