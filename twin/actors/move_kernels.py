"""Compiled last word on every move: whether it ends free of what stands, of other actors and of a robot."""

from math import cos, hypot, sin

import numpy as np
import numpy.typing as npt

from twin.actors.columns import COUNT, FIRST, HEADING, RADIUS, REACH, SPACING, X, Y
from twin.actors.floor_kernels import clearance_at
from twin.compiled import compiled
from twin.geometry import FloatArray

IntArray = npt.NDArray[np.int64]

APART = 0.02
"""Metres that always stay between two actors."""
ON_LINE = 0.03
"""Metres beside a line of the route that count as on it."""
ON_LINE_SLACK = 1e9
"""Metres. The line is free, because layouts are checked for that; the map's cells make what stands a little larger."""


@compiled
def slack_of(before: float, after: float, reserve: float) -> float:
    """How far the map is not to be believed for a step from so many metres beside the line to so many.

    It is negative, a ``reserve`` to keep, for steps away from the line.
    """
    if abs(after) <= ON_LINE:
        return ON_LINE_SLACK
    return 0.0 if abs(after) < abs(before) else -reserve


@compiled
def disc_gap(
    x: float, y: float, heading: float, body: FloatArray, ox: float, oy: float, oheading: float, obody: FloatArray
) -> float:
    """Metres between two rows of discs."""
    c, s, oc, os = cos(heading), sin(heading), cos(oheading), sin(oheading)
    least = 1e9
    for k in range(int(body[COUNT])):
        a = body[FIRST] + body[SPACING] * k
        px, py = x + a * c, y + a * s
        for m in range(int(obody[COUNT])):
            b = obody[FIRST] + obody[SPACING] * m
            least = min(least, hypot(ox + b * oc - px, oy + b * os - py))
    return least - body[RADIUS] - obody[RADIUS]


@compiled
def point_gap(x: float, y: float, heading: float, body: FloatArray, ox: float, oy: float, radius: float) -> float:
    """Metres between a row of discs and a disc."""
    c, s = cos(heading), sin(heading)
    least = 1e9
    for k in range(int(body[COUNT])):
        a = body[FIRST] + body[SPACING] * k
        least = min(least, hypot(ox - x - a * c, oy - y - a * s))
    return least - body[RADIUS] - radius


@compiled
def floor_gap(x: float, y: float, heading: float, body: FloatArray, clearance: FloatArray, frame: FloatArray) -> float:
    """Metres between a row of discs and what stands."""
    c, s = cos(heading), sin(heading)
    least = 1e9
    for k in range(int(body[COUNT])):
        a = body[FIRST] + body[SPACING] * k
        least = min(least, clearance_at(x + a * c, y + a * s, clearance, frame))
    return least - body[RADIUS]


@compiled
def may_move(
    i: int,
    state: FloatArray,
    bodies: FloatArray,
    x: float,
    y: float,
    heading: float,
    slack: float,
    minds_robot: bool,
    clearance: FloatArray,
    frame: FloatArray,
    robot: FloatArray,
) -> bool:
    """Whether actor i may stand at x, y, heading next.

    What is already too near may only get no nearer: nobody is locked in by a robot that drove up to it. ``slack``:
    metres that the map may say it is too near to what stands.
    """
    now_x, now_y, now_heading = state[i, X], state[i, Y], state[i, HEADING]
    body = bodies[i]
    if slack < ON_LINE_SLACK:
        gap = floor_gap(x, y, heading, body, clearance, frame)
        if gap < -slack and gap < floor_gap(now_x, now_y, now_heading, body, clearance, frame) - 1e-9:
            return False
    if minds_robot:
        gap = point_gap(x, y, heading, body, robot[0], robot[1], robot[4])
        if gap < APART and gap < point_gap(now_x, now_y, now_heading, body, robot[0], robot[1], robot[4]):
            return False
    reach = body[REACH] + body[RADIUS]
    for j in range(len(state)):
        if j == i:
            continue
        other = bodies[j]
        far = reach + other[REACH] + other[RADIUS] + APART
        if hypot(state[j, X] - x, state[j, Y] - y) >= far:
            continue
        ox, oy, oheading = state[j, X], state[j, Y], state[j, HEADING]
        gap = disc_gap(x, y, heading, body, ox, oy, oheading, other)
        if gap < APART and gap < disc_gap(now_x, now_y, now_heading, body, ox, oy, oheading, other):
            return False
    return True
