"""What a navigation task knows at one control step: the arguments of every reward, metric and observation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from envs.arrival import ANY_HEADING, Arrival
from envs.standing import stood
from twin.geometry import FloatArray

if TYPE_CHECKING:
    from envs.episodes import Episode

PerEnv: TypeAlias = float | FloatArray
"""A number, or an array (n,) where a state is that of n environments."""

T = TypeVar("T", "NavigationState", "Progress")

ROUTE_DISTANCES = (0.8, 1.8, 3.5)
"""Metres along the route of the look-ahead points."""

DUTY = ("battery", "loaded", "charging", "priority", "time_left", "delivered")
"""Charge, 0 to 1; whether it carries a load, and whether it is sent to a charger, 0 or 1; priority of what it carries
or fetches, 0 to 1; seconds until that is late; the priorities of what it delivered in this step, added up."""


@dataclass(frozen=True, slots=True)
class NavigationState:
    """The truth of one step; lengths in metres, angles in radians, twists as (vx, vy, yaw rate) of the robot.

    Stacked states of several environments have arrays for numbers, and one axis more in front of arrays.
    """

    time: float
    """Seconds since the episode began."""
    pose: tuple[float, float, float]
    """x, y, heading in the world."""
    twist: FloatArray
    """As wheel odometry measures it."""
    action: FloatArray
    previous_action: FloatArray
    goal: tuple[float, float]
    """Where to arrive, in the world."""
    distance_to_goal: float
    """What is left, as the task measures it: mostly metres along the shortest way on the known map."""
    previous_distance: float
    straight_distance: float
    """As the crow flies."""
    lidar: FloatArray
    """Ranges (rays,), with noise."""
    previous_lidar: FloatArray
    clearance: float
    """Smallest of the ranges."""
    contact: bool
    """The robot touches something other than the floor."""
    arrived: bool
    ahead: FloatArray
    """Points (3, 2) of the route ``ROUTE_DISTANCES`` beyond the robot, in the world."""
    goal_heading: float = ANY_HEADING
    """Radians in the world; not a number where any will do."""
    held: float = 0.0
    """Seconds for which the robot has been where it is to arrive."""
    place: FloatArray = field(default_factory=lambda: np.zeros(2))
    """Where it last came to that is somewhere else, in the world: what ``stood`` counts from."""
    stood: float = 0.0
    """Seconds for which it has been about there."""
    withheld: float = 0.0
    """What the shield kept back of what the action asked for, as a share of the robot's top speed or rate of turn."""
    stranded: bool = False
    """It cannot go on."""
    measured: FloatArray = field(default_factory=lambda: np.zeros(3))
    """The goal's x, y, heading in the robot's frame as its sensors see it, in tasks that measure it."""
    duty: FloatArray = field(default_factory=lambda: np.zeros(len(DUTY)))
    """What a robot that carries loads knows of itself; ``DUTY`` names the numbers."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Running totals of an episode."""

    initial_distance: float
    """Shortest way from the start to the goal on the known map; what ``spl`` compares with."""
    path_length: float = 0.0
    collisions: int = 0
    """Contacts that began; staying in touch counts once."""
    steps: int = 0


def at_start(
    episode: "Episode",
    pose: tuple[float, float, float],
    *,
    still: FloatArray,
    scan: FloatArray,
    left: float,
    ahead: FloatArray,
) -> NavigationState:
    """Before the first step: ``still`` is the action that asks for nothing, ``left`` metres to the goal as the task
    measures them, ``ahead`` the route's next points.
    """
    return NavigationState(
        time=0.0,
        pose=pose,
        twist=np.zeros(3),
        action=still,
        previous_action=still,
        goal=episode.goal,
        distance_to_goal=left,
        previous_distance=left,
        straight_distance=float(np.hypot(pose[0] - episode.goal[0], pose[1] - episode.goal[1])),
        lidar=scan,
        previous_lidar=scan,
        clearance=float(scan.min()),
        contact=False,
        arrived=False,
        ahead=ahead,
        goal_heading=episode.heading,
        place=np.array(pose[:2]),
    )


def following(  # noqa: PLR0913 - what is known of a step
    before: NavigationState,
    *,
    time: PerEnv,
    pose: Any,
    twist: FloatArray,
    action: FloatArray,
    lidar: FloatArray,
    contact: Any,
    distance: PerEnv,
    ahead: FloatArray,
    arrival: Arrival,
    withheld: PerEnv = 0.0,
) -> NavigationState:
    """The state after ``before``, of one environment or of several.

    ``distance`` to the goal may be infinite: where the robot squeezes through cells that the planner calls blocked, the
    last one stands.
    """
    at, goal = np.asarray(pose), np.asarray(before.goal)
    straight = np.hypot(at[..., 0] - goal[..., 0], at[..., 1] - goal[..., 1])
    wanted = np.concatenate([goal, np.asarray(before.goal_heading)[..., None]], axis=-1)
    held = arrival.held(before.held, np.asarray(before.pose), at, wanted, time - before.time)
    place, seconds = stood(np.asarray(before.place), before.stood, at[..., :2], time - before.time)
    return NavigationState(
        time=time,  # type: ignore[arg-type] # here and below: arrays where there are several
        pose=pose,
        twist=twist,
        action=action,
        previous_action=before.action,
        goal=before.goal,
        distance_to_goal=np.where(np.isfinite(distance), distance, before.distance_to_goal)[()],  # type: ignore[arg-type]
        previous_distance=before.distance_to_goal,
        straight_distance=straight,
        lidar=lidar,
        previous_lidar=before.lidar,
        clearance=lidar.min(axis=-1),
        contact=contact,
        arrived=arrival.enough(held),  # type: ignore[arg-type]
        ahead=ahead,
        goal_heading=before.goal_heading,
        held=held,  # type: ignore[arg-type]
        place=place,
        stood=seconds,  # type: ignore[arg-type]
        withheld=withheld,  # type: ignore[arg-type]
        stranded=before.stranded,
        measured=before.measured,
        duty=before.duty,
    )


def over(state: NavigationState, *, collision_ends: bool) -> Any:
    """Whether an episode ends here, or which of several do."""
    return state.arrived | state.stranded | (state.contact & collision_ends)


def counted(totals: Progress, before: NavigationState, now: NavigationState) -> Progress:
    """The totals after one step more, of one environment or of several."""
    was, at = np.asarray(before.pose), np.asarray(now.pose)
    return Progress(
        totals.initial_distance,
        totals.path_length + np.hypot(was[..., 0] - at[..., 0], was[..., 1] - at[..., 1]),
        totals.collisions + (np.asarray(now.contact) & ~np.asarray(before.contact)).astype(int)[()],
        totals.steps + 1,
    )


def stacked(rows: Sequence[T]) -> T:
    """The states, or the totals, of several environments as one, each field an array (n, ...)."""
    kind = type(rows[0])
    return kind(*(np.array([getattr(row, name) for row in rows]) for name in kind.__match_args__))  # type: ignore[arg-type]


def row_of(several: T, row: int) -> T:
    """The state, or the totals, of one of several environments; arrays in it are copies."""
    kind = type(several)
    values = [getattr(several, name)[row] for name in kind.__match_args__]
    return kind(*[v.copy() if v.ndim else v.item() for v in values])


def put_row(several: T, row: int, one: T) -> None:
    """Make ``one`` that row."""
    for name in several.__match_args__:
        getattr(several, name)[row] = getattr(one, name)
