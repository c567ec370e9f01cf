"""Agents that are not learned: the expert that plans, and the baselines to compare with."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from envs.agents.base import Agent
from envs.agents.baselines import RandomAgent, StraightAgent, ZeroAgent
from twin.errors import UnknownNameError

if TYPE_CHECKING:
    from envs.factory_env import FactoryEnv

__all__ = ["AGENTS", "Agent", "create"]


def _expert(env: "FactoryEnv", _seed: int) -> Agent:
    return EXPERTS[env.task.expert](env, False)


def _teacher(env: "FactoryEnv", _seed: int) -> Agent:
    return EXPERTS[env.task.expert](env, True)


def _driver(env: "FactoryEnv", teaches: bool) -> Agent:
    from envs.agents.expert import Expert

    return Expert(env, teaches=teaches)


def _docker(env: "FactoryEnv", teaches: bool) -> Agent:
    from envs.agents.docking import DockingExpert

    return DockingExpert(env, teaches=teaches)


def _blind(env: "FactoryEnv", _seed: int) -> Agent:
    from envs.agents.expert import Expert

    return Expert(env, blind=True)


EXPERTS: dict[str, Callable[["FactoryEnv", bool], Agent]] = {"docking": _docker, "route": _driver}
"""How tasks are done, by the names that tasks use. Each is made for one environment, and told whether it teaches."""

AGENTS: dict[str, Callable[["FactoryEnv", int], Agent]] = {
    "blind": _blind,
    "expert": _expert,
    "random": RandomAgent,
    "straight": lambda env, _: StraightAgent(env),
    "teacher": _teacher,
    "zero": lambda env, _: ZeroAgent(env),
}
"""Agents by name. Each is made for one environment, with a seed."""


def create(name: str, env: "FactoryEnv", seed: int = 0) -> Agent:
    """An agent by name; raises ``UnknownNameError``."""
    if name not in AGENTS:
        raise UnknownNameError("agent", name, AGENTS)
    return AGENTS[name](env, seed)
