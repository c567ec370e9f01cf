"""Rare and dangerous cases, one file each, found by looking.

To add one, put a file beside the others with a class ``CASE`` whose ``type`` is a ``Literal`` of the file's name, and a
scenario of that name in ``envs/scenarios/shipped``; quotas can ask for it at once.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from envs.scenarios.cases._base import PREFIX, Case
from envs.scenarios.cases._plan import Setting
from twin import discovery

__all__ = ["PREFIX", "Case", "Setting", "cases"]


@cache
def cases() -> Mapping[str, type[Case]]:
    """Every one by name."""
    return MappingProxyType(discovery.found(__name__, "CASE", "case", discovery.typed))
