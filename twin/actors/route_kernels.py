"""Compiled route following: which waypoint comes next, and where to head for."""

from math import hypot

import numpy as np
import numpy.typing as npt

from twin.actors.columns import TARGET, WAY, X, Y
from twin.compiled import compiled
from twin.geometry import FloatArray

IntArray = npt.NDArray[np.int64]

AHEAD = 2.5
"""Metres ahead of it on its line that somebody heads for, the farther the more it strayed."""


@compiled
def previous(target: int, way: int, length: int, loop: bool) -> int:
    """The waypoint that one comes from."""
    number = target - way
    if loop:
        return number % length
    return 1 if number < 0 else (length - 2 if number >= length else number)


@compiled
def go_on(state: FloatArray, length: int, loop: bool) -> None:
    """Head for the waypoint after the present one; at the ends of a route that is no loop, turn back."""
    target, way = int(state[TARGET]), int(state[WAY])
    number = target + way
    if loop:
        state[TARGET] = number % length
        return
    if number < 0 or number >= length:
        state[WAY] = -way
        number = target - way
    state[TARGET] = number


@compiled
def turn_back(state: FloatArray, length: int, loop: bool) -> None:
    """Head for where one comes from."""
    before = previous(int(state[TARGET]), int(state[WAY]), length, loop)
    state[WAY] = -state[WAY]
    state[TARGET] = before


@compiled
def leg(state: FloatArray, corners: FloatArray, loop: bool) -> tuple[float, float, float, float, float]:
    """Of the line that somebody is on: its direction (2), its length, how far along it and how far to its left one is.

    The direction is (0, 0) where the two waypoints are one.
    """
    target = int(state[TARGET])
    before = previous(target, int(state[WAY]), len(corners), loop)
    ax, ay = corners[before, 0], corners[before, 1]
    ux, uy = corners[target, 0] - ax, corners[target, 1] - ay
    length = hypot(ux, uy)
    if length < 1e-6:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    ux, uy = ux / length, uy / length
    dx, dy = state[X] - ax, state[Y] - ay
    return ux, uy, length, dx * ux + dy * uy, ux * dy - uy * dx


@compiled
def heading_point(
    state: FloatArray, corners: FloatArray, line: tuple[float, float, float, float, float]
) -> tuple[float, float]:
    """Direction (2) to the point of the line that one heads for; (0, 0) on the spot."""
    ux, uy, length, along, left = line
    ahead = min(along + AHEAD + 0.5 * abs(left), length)
    target = int(state[TARGET])
    dx = corners[target, 0] - (length - ahead) * ux - state[X]
    dy = corners[target, 1] - (length - ahead) * uy - state[Y]
    away = hypot(dx, dy)
    if away < 1e-9:
        return 0.0, 0.0
    return dx / away, dy / away
