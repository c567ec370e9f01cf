"""Reach a point whose direction and distance are known, with a lidar and no map."""

from envs.tasks.base import NAVIGATION_REWARDS, Task

TASK = Task(
    name="PointNav",
    summary="Reach a point given in the robot's frame, from lidar and own velocity.",
    observations=("lidar", "goal", "velocity"),
    rewards=NAVIGATION_REWARDS,
)
