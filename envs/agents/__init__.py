"""Agents that are not learned: the expert that plans, and baselines to compare with. One file each, found by looking.

To add one, put a file beside the others with an ``AGENT``: called with an environment and a seed, it makes the agent.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from envs.agents.base import Agent
from twin import discovery
from twin.errors import entry

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv

__all__ = ["AGENTS", "Agent", "create"]

AGENTS: Mapping[str, Callable[["FactoryEnv", int], Agent]] = MappingProxyType(
    discovery.found(__name__, "AGENT", "agent")
)
"""Agents by name. Each is made for one environment, with a seed."""


def create(name: str, env: "FactoryEnv", seed: int = 0) -> Agent:
    """An agent by name; raises ``UnknownNameError``."""
    return entry("agent", name, AGENTS)(env, seed)
