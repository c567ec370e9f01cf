"""Kinds of policies, discovered: every module here without an underscore holds one ``NETWORK``."""

from functools import cache
from operator import attrgetter

from training.policies.networks._base import Network
from twin import discovery
from twin.errors import entry

__all__ = ["Network", "network", "networks"]


@cache
def networks() -> dict[str, Network]:
    """All of them by name."""
    return discovery.found(__name__, "NETWORK", "kind of policy", attrgetter("name"))


def network(name: str) -> Network:
    """A kind by its name; raises ``UnknownNameError``."""
    return entry("kind of policy", name, networks())
