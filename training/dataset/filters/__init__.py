"""Ways to choose frames, one file each: what ``Dataset.filter``, ``twin select`` and exports know.

To add one, put a file beside the others with a ``FILTER`` of one of the four kinds in ``_kinds.py``; it is called as
its file. Several filters are joined by and; several terms of one filter by or, unless it says otherwise.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from training.dataset.filters._kinds import EpisodeFilter, Filter, FrameFilter, ImageFilter, ObjectFilter
from twin import discovery

__all__ = ["EpisodeFilter", "Filter", "FrameFilter", "ImageFilter", "ObjectFilter", "filters"]


@cache
def filters() -> Mapping[str, Filter]:
    """Every filter by name."""
    return MappingProxyType(discovery.found(__name__, "FILTER", "filter"))
