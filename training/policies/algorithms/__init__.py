"""The algorithms, discovered: every module here without an underscore holds one ``ALGORITHM``."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from training.policies.algorithms._base import Algorithm, Learner, Settings, Start, State
from twin.errors import UnknownNameError

__all__ = ["Algorithm", "Learner", "Settings", "Start", "State", "algorithm", "algorithms"]


@cache
def algorithms() -> dict[str, Algorithm]:
    """All of them by name. Light: what they learn with is imported when a learner is made."""
    names = sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_"))
    found = [import_module(f"{__name__}.{name}").ALGORITHM for name in names]
    return {a.name: a for a in found}


def algorithm(name: str) -> Algorithm:
    """An algorithm by its name; raises ``UnknownNameError``."""
    if name not in algorithms():
        raise UnknownNameError("algorithm", name, algorithms())
    return algorithms()[name]
