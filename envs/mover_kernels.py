"""Compiled loops over those who move: whom the lidar sees, how near they are, and when they would touch."""

from math import cos, hypot, inf, sin, sqrt

import numpy as np

from envs.footprint_kernels import footprint_gap
from twin.actors.columns import COUNT, HEADING, RADIUS, REACH, VX, VY, X, Y
from twin.actors.move_kernels import point_gap, rectangle
from twin.compiled import compiled
from twin.geometry import FloatArray


@compiled
def seen(
    state: FloatArray, shapes: FloatArray, pose: tuple[float, float, float], ends: FloatArray, spread: float, most: int
) -> FloatArray:
    """Rows (``most``, 5) of ``movers.MOVER``: the nearest of those on whose outline, within ``spread`` m, a ray ends.

    ``state`` (n, STATE) and ``shapes`` (n, BODY) are those of ``Patrols``, ``ends`` (k, 2) m in the robot's frame.
    """
    c, s = cos(pose[2]), sin(pose[2])
    rows = np.zeros((most, 5))
    gaps = np.full(most, inf)
    for i in range(len(state)):
        x, y, heading = from_robot(state[i], pose)
        radius = shapes[i, RADIUS] + shapes[i, REACH]
        gap = hypot(x, y) - radius
        if gap >= gaps[most - 1] or not _meets(x, y, heading, shapes[i], ends, spread):
            continue
        place = most - 1
        while place > 0 and gap < gaps[place - 1]:
            rows[place], gaps[place] = rows[place - 1], gaps[place - 1]
            place -= 1
        gaps[place] = gap
        vx, vy = state[i, VX], state[i, VY]
        rows[place] = np.array([x, y, c * vx + s * vy, c * vy - s * vx, radius])
    return rows


@compiled
def from_robot(row: FloatArray, pose: tuple[float, float, float]) -> tuple[float, float, float]:
    """Place (m) and heading (rad) of a state row in the frame of a robot at ``pose``."""
    dx, dy = row[X] - pose[0], row[Y] - pose[1]
    c, s = cos(pose[2]), sin(pose[2])
    return c * dx + s * dy, c * dy - s * dx, row[HEADING] - pose[2]


@compiled
def _meets(x: float, y: float, heading: float, body: FloatArray, ends: FloatArray, spread: float) -> bool:
    """Whether any of ``ends`` (k, 2) is on somebody's outline."""
    for k in range(len(ends)):  # noqa: SIM110 - Numba compiles no generators
        if point_gap(x, y, heading, body, ends[k, 0], ends[k, 1], 0.0) <= spread:
            return True
    return False


@compiled
def off(
    state: FloatArray,
    shapes: FloatArray,
    pose: tuple[float, float, float],
    ends: FloatArray,
    spread: float,
    going: float,
) -> FloatArray:
    """Those of ``ends`` (k, 2) that are on the outline of nobody who goes faster than ``going`` m/s, (m, 2)."""
    kept = np.ones(len(ends), dtype=np.bool_)
    for i in range(len(state)):
        if hypot(state[i, VX], state[i, VY]) > going:
            x, y, heading = from_robot(state[i], pose)
            for k in range(len(ends)):
                if kept[k] and point_gap(x, y, heading, shapes[i], ends[k, 0], ends[k, 1], 0.0) <= spread:
                    kept[k] = False
    return ends[kept]


@compiled
def outline_gaps(
    state: FloatArray, shapes: FloatArray, pose: tuple[float, float, float], box: FloatArray
) -> FloatArray:
    """Metres (n,) from a footprint at a pose to each mover's outline, a disc or a rectangle; not above 0 inside.

    Two rectangles that are apart are nearest at a corner of one of them.
    """
    gaps = np.full(len(state), inf)
    for i in range(len(state)):
        x, y, heading = from_robot(state[i], pose)
        body = shapes[i]
        if body[COUNT] < 2.0:
            gaps[i] = footprint_gap(0.0, 0.0, 0.0, box, x, y) - body[RADIUS]
            continue
        c, s = cos(heading), sin(heading)
        middle, length, width = rectangle(body)
        for ahead, aside in ((1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)):
            px, py = middle + ahead * length, aside * width
            mine = box[0] if ahead > 0.0 else -box[1], box[2] if aside > 0.0 else -box[3]
            theirs = footprint_gap(0.0, 0.0, 0.0, box, x + c * px - s * py, y + s * px + c * py)
            gaps[i] = min(gaps[i], theirs, point_gap(x, y, heading, body, mine[0], mine[1], 0.0))
    return gaps


@compiled
def time_to_collision(
    was: FloatArray, at: FloatArray, movers_were: FloatArray, movers: FloatArray, room: FloatArray, period: float
) -> float:
    """Seconds until a robot would touch anybody if both went on as they do, soonest of all; inf for never.

    ``was`` and ``at`` (2,), ``movers_were`` and ``movers`` (n, 2): places (m) ``period`` s apart. ``room`` (n,): the
    two radii together, m. Who touches is at 0 while coming nearer, and at inf while parting (van der Horst, 1990).
    """
    soonest = inf
    vx, vy = at[0] - was[0], at[1] - was[1]
    for i in range(len(movers)):
        dx, dy = movers[i, 0] - at[0], movers[i, 1] - at[1]
        cx = (vx - (movers[i, 0] - movers_were[i, 0])) / period
        cy = (vy - (movers[i, 1] - movers_were[i, 1])) / period
        toward, square = dx * cx + dy * cy, cx * cx + cy * cy
        beyond = dx * dx + dy * dy - room[i] ** 2
        under = toward * toward - square * beyond
        if toward > 0.0 and under >= 0.0:
            # The same root as (toward - sqrt(under)) / square, without a difference of nearly equal numbers.
            soonest = min(soonest, max(beyond, 0.0) / (toward + sqrt(under)))
    return soonest
