"""What pictures are compared by, one file each, found by looking.

To add one, put a file beside the others with a ``STATISTIC``: how it describes a frame, and what it says of two sides.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from training.gap.statistics._base import Array, Statistic
from twin import discovery

__all__ = ["Array", "Statistic", "statistics"]


@cache
def statistics() -> Mapping[str, Statistic]:
    """Every statistic by name."""
    return MappingProxyType(discovery.found(__name__, "STATISTIC", "statistic"))
