"""Reach a point whose direction and distance are known, with a lidar and no map but that which the robot draws."""

from envs.tasks.base import NAVIGATION_REWARDS, Task

TASK = Task(
    name="PointNav",
    summary="Reach a point given in the robot's frame, from lidar, own velocity and a route on the map drawn so far.",
    observations=("lidar", "goal", "velocity", "route"),
    rewards=NAVIGATION_REWARDS,
    knows_map=False,
)
