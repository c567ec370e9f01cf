"""RouteNav among more people and vehicles, who react to the robot: arriving, and leaving everybody their room."""

from envs.social import Company
from envs.tasks.base import NAVIGATION_REWARDS, Task

TASK = Task(
    name="SocialNav",
    summary="RouteNav among people, forklifts and robots that move and react; keep your distance to them.",
    observations=("lidar", "goal", "velocity", "route", "movers"),
    rewards={**NAVIGATION_REWARDS, "collision": -10.0},
    rules=(Company,),
    scores=("caused_by_robot", "intrusions", "time_in_personal_space", "min_time_to_collision"),
    waits_for_movers=True,
    generator={"workers": 5, "vehicles": 1, "yields": ("cooperates", "cooperates", True)},
)
