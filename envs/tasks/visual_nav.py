"""Reach a point by camera: no lidar, no map."""

from envs.tasks.base import NAVIGATION_REWARDS, Task

TASK = Task(
    name="VisualNav",
    summary="Reach a point given in the robot's frame, from what its camera sees and own velocity.",
    observations=("rgb", "depth_image", "goal", "velocity"),
    rewards=NAVIGATION_REWARDS,
    quality="fast",
    camera_size=(64, 64),
)
