"""Compiled last word on every move: whether it ends free of what stands, of other actors and of a robot."""

from math import cos, hypot, sin, sqrt

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
def beside(
    x: float, y: float, heading: float, body: FloatArray, ox: float, oy: float
) -> tuple[float, float, float, float]:
    """Where a point is from the middle of the rectangle that a row of discs holds, and its half length and width.

    Metres ahead, metres to the left.
    """
    dx, dy = ox - x, oy - y
    c, s = cos(heading), sin(heading)
    middle, length, width = rectangle(body)
    return c * dx + s * dy - middle, c * dy - s * dx, length, width


@compiled
def rectangle(body: FloatArray) -> tuple[float, float, float]:
    """Of the rectangle that a row of discs holds: its middle on the x axis, half its length and half its width, m."""
    middle = body[FIRST] + 0.5 * body[SPACING] * (body[COUNT] - 1.0)
    width = sqrt(max(0.0, body[RADIUS] * body[RADIUS] - 0.25 * body[SPACING] * body[SPACING]))
    return middle, 0.5 * body[SPACING] * body[COUNT], width


@compiled
def point_gap(x: float, y: float, heading: float, body: FloatArray, ox: float, oy: float, radius: float) -> float:
    """Metres between somebody's outline and a disc.

    The outline of a row of discs is the rectangle that they hold: along it the gap stays the same.
    """
    dx, dy = ox - x, oy - y
    if body[COUNT] < 2.0:
        return hypot(dx, dy) - body[RADIUS] - radius
    ahead, left, length, width = beside(x, y, heading, body, ox, oy)
    over, out = abs(ahead) - length, abs(left) - width
    return hypot(max(over, 0.0), max(out, 0.0)) + min(max(over, out), 0.0) - radius


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
        now_gap = point_gap(now_x, now_y, now_heading, body, robot[0], robot[1], robot[4])
        if gap < APART and gap < now_gap - 1e-9:
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
