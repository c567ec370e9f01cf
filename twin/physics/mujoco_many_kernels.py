"""Many simulations of MuJoCo one after the other in one call, as far as a control step of a robot goes."""

import numpy as np
import numpy.typing as npt
from numba import carray

from twin.addresses import pointer
from twin.compiled import compiled
from twin.geometry import FloatArray
from twin.physics.mujoco_kernels import IntArray, advance

(
    MEMORY,
    GEOMS,
    POSITIONS,
    NORMALS,
    DISTANCES,
    NOTED,
    ROOM,
    CTRL,
    MOTORS,
    QPOS,
    QVEL,
    MOTOR_QPOS,
    MOTOR_DOFS,
    XPOS,
    XQUAT,
    ROWS,
    IDS,
    MOVERS,
    POSES,
    BODIES,
    ROOT_ID,
    ROOT_TREE,
    CVEL,
    COM,
    VELOCITY,
    ROLES,
    WARNINGS,
    WARNING_COUNT,
    MOVED,
    MOVED_ROWS,
    MOVED_POSES,
    MOCAP_POS,
    MOCAP_QUAT,
    FIELDS,
) = range(34)
"""Columns of the table that describes many simulations, one a row: addresses, counts and rows."""
OTHER, OWN, FLOOR = range(3)
"""Roles of geoms: the robot's, what it stands on, and all others."""


@compiled
def advance_all(
    functions: IntArray, table: IntArray, first: int, step: int, count: int, targets: FloatArray, left: IntArray
) -> None:
    """``advance`` every ``step``-th simulation of ``table`` from ``first`` on, towards ``targets`` (n, motors)."""
    for k in range(first, len(table), step):
        row = table[k]
        motors = carray(pointer(row[CTRL]), row[MOTORS], np.float64)
        for i in range(row[MOTORS]):
            motors[i] = targets[k, i]
        _move(row)
        noted = carray(pointer(row[NOTED]), 2, np.int64)
        noted[:] = 0
        left[k] = advance(
            functions,
            carray(pointer(row[MEMORY]), 9, np.int64),
            count,
            carray(pointer(row[GEOMS]), (row[ROOM], 2), np.int32),
            carray(pointer(row[POSITIONS]), (row[ROOM], 3), np.float64),
            carray(pointer(row[NORMALS]), (row[ROOM], 3), np.float64),
            carray(pointer(row[DISTANCES]), row[ROOM], np.float64),
            noted,
        )


@compiled
def _move(row: IntArray) -> None:
    """Place the bodies that are moved from outside."""
    rows = carray(pointer(row[MOVED_ROWS]), row[MOVED], np.int64)
    poses = carray(pointer(row[MOVED_POSES]), (row[MOVED], 7), np.float64)
    positions = carray(pointer(row[MOCAP_POS]), 1 << 30, np.float64)
    quaternions = carray(pointer(row[MOCAP_QUAT]), 1 << 30, np.float64)
    for i in range(row[MOVED]):
        for axis in range(3):
            positions[3 * rows[i] + axis] = poses[i, axis]
        for axis in range(4):
            quaternions[4 * rows[i] + axis] = poses[i, 3 + axis]


@compiled
def read_all(
    table: IntArray,
    first: int,
    step: int,
    positions: FloatArray,
    velocities: FloatArray,
    touching: npt.NDArray[np.bool_],
    warned: npt.NDArray[np.bool_],
) -> None:
    """Bring the poses and the velocity of each simulation's world up to now, and read its motors and contacts.

    ``positions`` and ``velocities`` of the motors (n, motors); ``touching``: the robot touches something other than
    a floor; ``warned``: the engine has something to say.
    """
    for k in range(first, len(table), step):
        row = table[k]
        qpos = carray(pointer(row[QPOS]), 1 << 30, np.float64)
        qvel = carray(pointer(row[QVEL]), 1 << 30, np.float64)
        motor_qpos = carray(pointer(row[MOTOR_QPOS]), row[MOTORS], np.int64)
        motor_dofs = carray(pointer(row[MOTOR_DOFS]), row[MOTORS], np.int64)
        for i in range(row[MOTORS]):
            positions[k, i], velocities[k, i] = qpos[motor_qpos[i]], qvel[motor_dofs[i]]
        touching[k] = _touching(row)
        numbers = carray(pointer(row[WARNINGS]), 2 * row[WARNING_COUNT], np.int32)
        warned[k] = False
        for i in range(row[WARNING_COUNT]):
            warned[k] |= numbers[2 * i] != 0
        _read_poses(row)
        _read_velocity(row)


@compiled
def _touching(row: IntArray) -> bool:
    noted = carray(pointer(row[NOTED]), 2, np.int64)[1]
    geoms = carray(pointer(row[GEOMS]), (row[ROOM], 2), np.int32)
    roles = carray(pointer(row[ROLES]), 1 << 30, np.int8)
    for i in range(noted):
        a, b = roles[geoms[i, 0]], roles[geoms[i, 1]]
        if (a == OWN and b == OTHER) or (a == OTHER and b == OWN):
            return True
    return False


@compiled
def _read_poses(row: IntArray) -> None:
    poses = carray(pointer(row[POSES]), (row[BODIES], 7), np.float64)
    rows = carray(pointer(row[ROWS]), row[MOVERS], np.int64)
    ids = carray(pointer(row[IDS]), row[MOVERS], np.int64)
    xpos = carray(pointer(row[XPOS]), 1 << 30, np.float64)
    xquat = carray(pointer(row[XQUAT]), 1 << 30, np.float64)
    for i in range(row[MOVERS]):
        for axis in range(3):
            poses[rows[i], axis] = xpos[3 * ids[i] + axis]
        for axis in range(4):
            poses[rows[i], 3 + axis] = xquat[4 * ids[i] + axis]


@compiled
def _read_velocity(row: IntArray) -> None:
    """MuJoCo gives (angular, linear) at the centre of mass of the whole tree."""
    velocity = carray(pointer(row[VELOCITY]), 6, np.float64)
    cvel = carray(pointer(row[CVEL] + 48 * row[ROOT_ID]), 6, np.float64)
    at = carray(pointer(row[XPOS] + 24 * row[ROOT_ID]), 3, np.float64)
    center = carray(pointer(row[COM] + 24 * row[ROOT_TREE]), 3, np.float64)
    wx, wy, wz = cvel[0], cvel[1], cvel[2]
    x, y, z = at[0] - center[0], at[1] - center[1], at[2] - center[2]
    velocity[0] = cvel[3] + wy * z - wz * y
    velocity[1] = cvel[4] + wz * x - wx * z
    velocity[2] = cvel[5] + wx * y - wy * x
    velocity[3], velocity[4], velocity[5] = wx, wy, wz
