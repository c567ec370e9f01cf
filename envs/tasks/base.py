"""What a task is: data and plain functions. One file a task; the file beside this one is the example."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from envs.arrival import Arrival
from envs.goals import FreePlaces, Goals, way_left
from envs.sight import BY_LIDAR, Sight

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from envs.episodes import Episode
    from envs.navigation import NavigationState
    from envs.rules import RuleMaker
    from robots.robot import Robot
    from twin.geometry import FloatArray


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
    goals: Goals = FreePlaces()  # noqa: RUF009 - frozen
    """Where its episodes start and end, and how they are drawn."""
    arrival: Arrival = Arrival()  # noqa: RUF009 - frozen
    """When the robot has arrived."""
    left: "Callable[[Episode, tuple[float, float, float]], float]" = way_left
    """Metres that are left to the goal from a pose: what progress is measured by."""
    rules: "tuple[RuleMaker, ...]" = ()
    """What else happens in a step, or is counted: one of ``envs.rules`` each, in turn."""
    expo: float = 0.0
    """How much finer small actions are, from 0 to 1; see ``envs.actions``."""
    knows_map: bool = True
    """Whether the robot is given the map; it draws its own as it goes otherwise, and knows how large the hall is."""
    sees_by: Sight = BY_LIDAR
    """What its route is mended with, and its own map drawn from."""
    waits_for_movers: bool = False
    """Whether the route ignores who is seen to move, as they will have gone on: it is planned around them otherwise."""
    overlooked: "Callable[[NavigationState, Robot, FloatArray], npt.NDArray[np.bool_]] | None" = None
    """Which of the lidar's returns (n, 2) m the shield lets the robot come near to, (n,); none where None."""
    expert: str = "route"
    """Which of ``envs/experts`` shows how it is done."""
    collision_ends: bool = True
    scores: tuple[str, ...] = ()
    """What its rules add to ``info`` that ``twin eval`` averages over episodes, as they end."""
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
    "braking": -0.1,
    "pressing": -0.1,
    "jerkiness": -0.02,
}
"""Discounted at 0.99, standing still forever costs 5: much less than a collision costs would teach just that."""
