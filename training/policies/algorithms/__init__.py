"""The algorithms, discovered: every module here without an underscore holds one ``ALGORITHM``."""

from functools import cache
from operator import attrgetter

from training.policies.algorithms._base import Algorithm, Learner, Settings, Start, State
from twin import discovery
from twin.errors import entry

__all__ = ["Algorithm", "Learner", "Settings", "Start", "State", "algorithm", "algorithms"]


@cache
def algorithms() -> dict[str, Algorithm]:
    """All of them by name. Light: what they learn with is imported when a learner is made."""
    return discovery.found(__name__, "ALGORITHM", "algorithm", attrgetter("name"))


def algorithm(name: str) -> Algorithm:
    """An algorithm by its name; raises ``UnknownNameError``."""
    return entry("algorithm", name, algorithms())
