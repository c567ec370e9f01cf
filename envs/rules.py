"""What belongs to a task beyond driving somewhere: what a step does to its state, and what is counted for ``info``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv
    from envs.navigation import NavigationState


class Rule(Protocol):
    """One episode's. Reads of the environment its episode, site and world; its state is what it is called with."""

    def begin(self, state: "NavigationState") -> "NavigationState":
        """The first state, as the rule has it."""

    def judge(self, before: "NavigationState", now: "NavigationState") -> "NavigationState":
        """The state after a step, as the rule has it."""

    def info(self) -> dict[str, Any]:
        """What it adds to ``info``: the same keys at every step."""


RuleMaker: TypeAlias = "Callable[[FactoryEnv], Rule]"
"""Makes an environment's rule for the episode that begins; what is random in it comes from ``env.np_random``."""
