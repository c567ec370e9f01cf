"""Compiled loop of ``many``: one control period of those who walk in each of many worlds."""

from math import cos, sin

import numpy as np
from numba import carray

from twin.actors.columns import BODY, HEADING, STATE, TRAITS, X, Y
from twin.actors.move_kernels import IntArray
from twin.actors.step_kernels import advance
from twin.addresses import pointer
from twin.compiled import compiled
from twin.geometry import FloatArray

(
    ACTORS,
    STATES,
    TRAITS_AT,
    SHAPES,
    CORNERS,
    CORNER_COUNT,
    FIRST,
    LOOPS,
    CLEARANCE,
    ROWS,
    COLUMNS,
    FRAME,
    HEIGHTS,
    RADIUS,
    ROBOT_POSE,
    ROBOT_VELOCITY,
    POSES,
    FIELDS,
) = range(18)
"""Columns of the table that describes many worlds, one a row: addresses and counts."""


@compiled
def upright(state: FloatArray, heights: FloatArray, poses: FloatArray) -> None:
    """Write the ``poses`` (n, 7) of those who stand on the floor."""
    for i in range(len(state)):
        poses[i, 0], poses[i, 1], poses[i, 2] = state[i, X], state[i, Y], heights[i]
        poses[i, 3], poses[i, 4] = cos(state[i, HEADING] / 2), 0.0
        poses[i, 5], poses[i, 6] = 0.0, sin(state[i, HEADING] / 2)


@compiled
def advance_each(table: IntArray, first: int, every: int, seconds: float) -> None:
    """Move those who walk in the worlds ``first``, ``first + every``... of ``table``, and write their new poses."""
    robot = np.empty(5)
    for k in range(first, len(table), every):
        row = table[k]
        count = row[ACTORS]
        if count == 0:
            continue
        pose, velocity = (
            carray(pointer(row[ROBOT_POSE]), 7, np.float64),
            carray(pointer(row[ROBOT_VELOCITY]), 6, np.float64),
        )
        robot[0], robot[1], robot[2], robot[3] = pose[0], pose[1], velocity[0], velocity[1]
        robot[4] = carray(pointer(row[RADIUS]), 1, np.float64)[0]
        state = carray(pointer(row[STATES]), (count, STATE), np.float64)
        advance(
            state,
            carray(pointer(row[TRAITS_AT]), (count, TRAITS), np.float64),
            carray(pointer(row[SHAPES]), (count, BODY), np.float64),
            carray(pointer(row[CORNERS]), (row[CORNER_COUNT], 2), np.float64),
            carray(pointer(row[FIRST]), count + 1, np.int64),
            carray(pointer(row[LOOPS]), count, np.int64),
            carray(pointer(row[CLEARANCE]), (row[ROWS], row[COLUMNS]), np.float64),
            carray(pointer(row[FRAME]), 3, np.float64),
            robot,
            seconds,
        )
        upright(
            state,
            carray(pointer(row[HEIGHTS]), count, np.float64),
            carray(pointer(row[POSES]), (count, 7), np.float64),
        )
