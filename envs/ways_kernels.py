"""Compiled loop of ``ways``: where many robots are on their ways."""

import numpy as np
from numba import carray

from factories.grid_kernels import IntArray, length_at
from factories.routes import closest, points_at
from twin.addresses import pointer
from twin.compiled import compiled
from twin.geometry import FloatArray

VALUES, ROWS, COLUMNS, ROUTE, POINTS, ADDRESSES = range(6)
LEFT, BOTTOM, SIZE, GOAL_X, GOAL_Y, BEYOND, AFTER, WITHIN, NUMBERS = range(9)
"""Columns of the two tables that describe ways, one a row: addresses and counts, and lengths in metres."""


@compiled
def follow_all(
    table: IntArray, numbers: FloatArray, poses: FloatArray, distances: FloatArray, left: FloatArray, ahead: FloatArray
) -> None:
    """Fill ``left`` (n,), metres to the goals, and ``ahead`` (n, m, 2), the routes' points at ``distances`` (m,)."""
    for k in range(len(table)):
        row, number = table[k], numbers[k]
        x, y = poses[k, 0], poses[k, 1]
        values = carray(pointer(row[VALUES]), (row[ROWS], row[COLUMNS]), np.float64)
        route = carray(pointer(row[ROUTE]), (row[POINTS], 2), np.float64)
        goal = number[GOAL_X], number[GOAL_Y]
        left[k] = length_at(values, x, y, (number[LEFT], number[BOTTOM]), number[SIZE], goal) + number[BEYOND]
        at = closest(route, x, y, number[AFTER], number[WITHIN])
        ahead[k] = points_at(route, at, distances)
