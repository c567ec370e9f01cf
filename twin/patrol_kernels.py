"""Compiled loops of ``patrols``: where a walker is after so many metres, and who stops for whom."""

from math import atan2, cos, hypot, sin

import numpy as np
import numpy.typing as npt
from numba import njit

from twin.geometry import FloatArray

IntArray = npt.NDArray[np.int64]


@njit(cache=True, nogil=True)
def place(corners: FloatArray, marks: FloatArray, first: IntArray, travelled: FloatArray, out: FloatArray) -> None:
    """Write x, y and heading of each walker into ``out`` (walkers, 3).

    Walker i goes along ``corners`` (n, 2) from ``first[i]`` to ``first[i + 1]``, whose arc lengths are ``marks`` (n,).
    """
    for i in range(len(travelled)):
        start, stop = first[i], first[i + 1]
        length = marks[stop - 1]
        s = travelled[i] % length if length > 0.0 else 0.0
        leg = start + 1
        while leg < stop - 1 and marks[leg] <= s:
            leg += 1
        if leg >= stop:
            out[i, 0], out[i, 1], out[i, 2] = corners[start, 0], corners[start, 1], 0.0
            continue
        dx, dy = corners[leg, 0] - corners[leg - 1, 0], corners[leg, 1] - corners[leg - 1, 1]
        span = marks[leg] - marks[leg - 1]
        part = (s - marks[leg - 1]) / span if span > 0.0 else 0.0
        out[i, 0] = corners[leg - 1, 0] + part * dx
        out[i, 1] = corners[leg - 1, 1] + part * dy
        out[i, 2] = atan2(dy, dx)


@njit(cache=True, nogil=True)
def walk(
    where: FloatArray,
    speed: FloatArray,
    space: FloatArray,
    seconds: float,
    x: float,
    y: float,
    travelled: FloatArray,
    moving: npt.NDArray[np.bool_],
) -> None:
    """Add to ``travelled`` what each walker goes in ``seconds``, and note who is ``moving``.

    A walker at ``where`` (walkers, 3) waits while a robot at x, y is nearer than its ``space`` (m; 0 for those who
    never yield), ahead of it or beside it.
    """
    for i in range(len(travelled)):
        dx, dy = x - where[i, 0], y - where[i, 1]
        ahead = dx * cos(where[i, 2]) + dy * sin(where[i, 2]) > -0.3
        moving[i] = not (ahead and hypot(dx, dy) < space[i])
        if moving[i]:
            travelled[i] += speed[i] * seconds
