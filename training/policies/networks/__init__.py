"""Kinds of policies, discovered: every module here without an underscore holds one ``NETWORK``."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from training.policies.networks._base import Network
from twin.errors import UnknownNameError

__all__ = ["Network", "network", "networks"]


@cache
def networks() -> dict[str, Network]:
    """All of them by name."""
    names = sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_"))
    found = [import_module(f"{__name__}.{name}").NETWORK for name in names]
    return {n.name: n for n in found}


def network(name: str) -> Network:
    """A kind by its name; raises ``UnknownNameError``."""
    if name not in networks():
        raise UnknownNameError("kind of policy", name, networks())
    return networks()[name]
