"""What a navigation task knows at one control step: the arguments of every reward, metric and observation."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np

from twin.geometry import FloatArray

PerEnv: TypeAlias = float | FloatArray
"""A number, or an array (n,) where a state is that of n environments."""

ROUTE_DISTANCES = (0.8, 1.8, 3.5)
"""Metres along the route of the look-ahead points."""


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
    """Along the shortest way on the known map."""
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


def stacked(states: Sequence[NavigationState]) -> NavigationState:
    """The states of several environments as one, each field an array (n, ...)."""
    return NavigationState(*(np.array([getattr(s, f.name) for s in states]) for f in fields(NavigationState)))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Progress:
    """Running totals of an episode."""

    initial_distance: float
    """Shortest way from the start to the goal on the known map; what ``spl`` compares with."""
    path_length: float = 0.0
    collisions: int = 0
    """Contacts that began; staying in touch counts once."""
    steps: int = 0
