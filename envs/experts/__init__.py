"""How tasks are done by who plans, one file each, by the names that tasks use.

To add one, put a file beside the others with an ``EXPERT``: called with an environment, it makes the agent for it;
``teaches`` says whether it tells another what to do, and does not drive itself.
"""

from typing import TYPE_CHECKING, Protocol, cast

from twin import discovery
from twin.errors import one_of

if TYPE_CHECKING:
    from envs.agents.base import Agent
    from envs.factory_env import FactoryEnv

__all__ = ["expert", "names"]


class Maker(Protocol):
    """What an expert's file holds."""

    def __call__(self, env: "FactoryEnv", *, teaches: bool = False) -> "Agent":
        """The agent."""


def names() -> list[str]:
    """Of all experts; none is imported."""
    return discovery.names(__name__)


def expert(name: str) -> Maker:
    """One by name; raises ``UnknownNameError``."""
    one_of("expert", name, names())
    return cast("Maker", discovery.loaded(__name__, name, "expert", "EXPERT").EXPERT)
