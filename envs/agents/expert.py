"""The planner that a task names."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envs.agents.base import Agent
    from envs.factory_env import FactoryEnv


def make(env: "FactoryEnv", seed: int) -> "Agent":  # noqa: ARG001
    """One of ``envs/experts``."""
    from envs.experts import expert

    return expert(env.task.expert)(env)


AGENT = make
