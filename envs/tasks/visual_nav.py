"""Reach a point by camera: no lidar, and no map but that which the robot draws from depth."""

from envs.sight import BY_CAMERA
from envs.tasks.base import NAVIGATION_REWARDS, Task

TASK = Task(
    name="VisualNav",
    summary="Reach a point given in the robot's frame, from camera, own velocity and a route on the map drawn so far.",
    observations=("rgb", "depth_image", "goal", "velocity", "route", "surroundings"),
    rewards=NAVIGATION_REWARDS,
    knows_map=False,
    sees_by=BY_CAMERA,
    quality="fast",
    camera_size=(64, 64),
)
