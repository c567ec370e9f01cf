"""Ways to choose frames, one file each: what ``Dataset.filter``, ``twin select`` and exports know.

To add one, put a file beside the others with a ``FILTER`` of one of the four kinds in ``_kinds.py``; it is called as
its file. Several filters are joined by and; several terms of one filter by or, unless it says otherwise.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from training.dataset.filters._kinds import EpisodeFilter, Filter, FrameFilter, ImageFilter, ObjectFilter

__all__ = ["EpisodeFilter", "Filter", "FrameFilter", "ImageFilter", "ObjectFilter", "filters"]


@cache
def filters() -> Mapping[str, Filter]:
    """Every filter by name."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
    return MappingProxyType({name: import_module(f"{__name__}.{name}").FILTER for name in names})
