"""Bring loads from station to station, the urgent ones first, and never run out of battery."""

from envs.dispatch import Dispatch
from envs.orders import Orders
from envs.tasks.base import NAVIGATION_REWARDS, Task

TASK = Task(
    name="Delivery",
    summary="Fetch loads and bring them from station to station in time, and charge before the battery is empty.",
    observations=("lidar", "goal", "velocity", "route", "duty"),
    rewards={**NAVIGATION_REWARDS, "arrival": 0.0, "delivery": 10.0, "stranded": -8.0},
    generator={"docks": 1},
    goals=Orders(),
    rules=(Dispatch,),
    scores=("deliveries", "in_time", "min_battery", "charges"),
    max_episode_steps=2400,
)
