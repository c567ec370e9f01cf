"""Drive up to a charging dock or to a conveyor's end, and stand there to the centimetre."""

from math import radians

from envs.arrival import Arrival
from envs.docking import Docks, SeenDock, pose_left, seen_face
from envs.tasks.base import NAVIGATION_REWARDS, Task

TASK = Task(
    name="Dock",
    summary="Stop at a charging dock or a conveyor's end within 2 cm and 2 degrees, and stand still for half a second.",
    observations=("lidar", "dock", "velocity", "route"),
    rewards={**NAVIGATION_REWARDS, "progress": 2.0, "halving": 0.5, "there": 0.2, "proximity": 0.0},
    generator={"docks": 2},
    goals=Docks(),
    arrival=Arrival(radius=0.02, heading=radians(2.0), speed=0.02, seconds=0.5),
    left=pose_left,
    rules=(SeenDock,),
    expo=0.8,
    overlooked=seen_face,
    expert="docking",
    scores=("position_error", "heading_error"),
    max_episode_steps=400,
)
