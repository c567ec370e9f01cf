"""What a task is: data and plain functions. One file a task; the file beside this one is the example."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Task:
    """A navigation task; ``FactoryTwin/<name>-v0`` is its id."""

    name: str
    summary: str
    observations: tuple[str, ...]
    """Names from ``envs.observations``; the default of ``obs=``."""
    rewards: Mapping[str, float]
    """Weights of the terms in ``envs.rewards``; the default of ``rewards=``."""
    generator: Mapping[str, Any] = field(default_factory=dict)
    """How its generated factories are, where ``generator=`` does not say otherwise."""
    goal_radius: float = 0.4
    """Metres from the goal at which the robot has arrived."""
    min_distance: float = 3.0
    """Shortest way from start to goal that is drawn, metres; less where the layout has no longer one."""
    max_distance: float = 25.0
    collision_ends: bool = True
    max_episode_steps: int = 600
    quality: str = "standard"
    """How its images are drawn; the default of ``quality=``."""
    camera_size: tuple[int, int] | None = None
    """Width and height of its images, px; the robot's own where None; the default of ``camera_size=``."""

    @property
    def id(self) -> str:
        """Gymnasium's id."""
        return f"FactoryTwin/{self.name}-v0"


NAVIGATION_REWARDS: Mapping[str, float] = {
    "progress": 1.0,
    "step": -0.05,
    "arrival": 10.0,
    "collision": -8.0,
    "proximity": -0.05,
    "jerkiness": -0.02,
}
"""Discounted at 0.99, standing still forever costs 5: much less than a collision costs would teach just that."""
