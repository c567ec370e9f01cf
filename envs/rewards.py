"""Reward terms: plain functions of the state of one step. A task's weights are data; see ``tasks``.

They serve one environment and many alike: where the fields of the state carry a leading axis, so does the reward.
Add a term by adding a function with ``@term`` here; a task's weights, or ``rewards=``, name it.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from envs.navigation import DUTY, NavigationState, PerEnv

DELIVERED = DUTY.index("delivered")
FINEST = 0.02
"""Metres below which nearer is hardly better."""

Term: TypeAlias = Callable[[NavigationState], PerEnv]

TERMS: dict[str, Term] = {}
"""By name."""


def term(function: Term) -> Term:
    """A term that weights may name by the function's name."""
    TERMS[function.__name__] = function
    return function


@term
def progress(state: NavigationState) -> PerEnv:
    """Metres come nearer to the goal along the shortest way."""
    return state.previous_distance - state.distance_to_goal


@term
def halving(state: NavigationState) -> PerEnv:
    """How many times what is left to the goal was halved, down to ``FINEST`` m: the last centimetres count as well."""
    return np.log2((state.previous_distance + FINEST) / (state.distance_to_goal + FINEST))


@term
def step(state: NavigationState) -> PerEnv:  # noqa: ARG001 - every term takes the state
    """1 at every step: with a negative weight, the price of time."""
    return 1.0


@term
def arrival(state: NavigationState) -> PerEnv:
    """1 in the step that arrives."""
    return np.multiply(1.0, state.arrived)


@term
def there(state: NavigationState) -> PerEnv:
    """1 in every step in which the robot is where it is to arrive, as it is to arrive."""
    return np.multiply(1.0, state.held > 0.0)


@term
def delivery(state: NavigationState) -> PerEnv:
    """Priority of what was delivered in this step; half of it where that came late."""
    return state.duty[..., DELIVERED]


@term
def stranded(state: NavigationState) -> PerEnv:
    """1 in the step in which the robot can go on no more."""
    return np.multiply(1.0, state.stranded)


@term
def collision(state: NavigationState) -> PerEnv:
    """1 in every step with contact."""
    return np.multiply(1.0, state.contact)


@term
def proximity(state: NavigationState) -> PerEnv:
    """How far something has come inside 0.8 m of the lidar, relative, in [0, 1]."""
    return np.maximum(0.0, 1.0 - state.clearance / 0.8)


@term
def braking(state: NavigationState) -> PerEnv:
    """1 in every step in which the shield had to brake: who leans on it stops late."""
    return np.multiply(1.0, np.greater(state.withheld, 0.0))


@term
def pressing(state: NavigationState) -> PerEnv:
    """What the shield kept back, as a share of the top speed: less of it is a way out for who is held by it."""
    return np.multiply(1.0, state.withheld)


@term
def jerkiness(state: NavigationState) -> PerEnv:
    """Mean squared change of the action."""
    return np.mean((state.action - state.previous_action) ** 2, axis=-1)


def total(weights: Mapping[str, float], state: NavigationState) -> PerEnv:
    """Weighted sum of the terms named in ``weights``."""
    return sum(weight * TERMS[name](state) for name, weight in weights.items())
