"""Kinds of policies, discovered: every module here without an underscore holds one ``NETWORK``."""

from functools import cache
from operator import attrgetter

from training.policies.networks._base import Network
from twin import discovery
from twin.errors import UnknownNameError

__all__ = ["Network", "network", "networks"]


@cache
def networks() -> dict[str, Network]:
    """All of them by name."""
    return discovery.found(__name__, "NETWORK", "kind of policy", attrgetter("name"))


def network(name: str) -> Network:
    """A kind by its name; raises ``UnknownNameError``."""
    if name not in networks():
        raise UnknownNameError("kind of policy", name, networks())
    return networks()[name]
