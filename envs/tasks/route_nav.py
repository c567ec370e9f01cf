"""Follow the shortest route on the known map around what is not on it."""

from envs.tasks.base import NAVIGATION_REWARDS, Task

TASK = Task(
    name="RouteNav",
    summary="PointNav with look-ahead points of a route on the known map; loose loads and people are not on it.",
    observations=("lidar", "goal", "velocity", "route"),
    rewards=NAVIGATION_REWARDS,
)
