"""Compiled loops over those who move: whom the lidar sees, how near they are, and when they would touch."""

from math import cos, hypot, inf, sin, sqrt

import numpy as np

from envs.footprint_kernels import footprint_gap
from twin.actors.columns import COUNT, FIRST, HEADING, RADIUS, REACH, SPACING, VX, VY, X, Y
from twin.compiled import compiled
from twin.geometry import FloatArray


@compiled
def seen(
    state: FloatArray, shapes: FloatArray, pose: tuple[float, float, float], ends: FloatArray, spread: float, most: int
) -> FloatArray:
    """Rows (``most``, 5) of ``movers.MOVER``: the nearest of those on whose outline, within ``spread`` m, a ray ends.

    ``state`` (n, STATE) and ``shapes`` (n, BODY) are those of ``Patrols``, ``ends`` (k, 2) m in the robot's frame.
    """
    x, y, yaw = pose
    c, s = cos(yaw), sin(yaw)
    rows = np.zeros((most, 5))
    gaps = np.full(most, inf)
    for i in range(len(state)):
        dx, dy = state[i, X] - x, state[i, Y] - y
        px, py = c * dx + s * dy, c * dy - s * dx
        radius = shapes[i, RADIUS] + shapes[i, REACH]
        gap = hypot(px, py) - radius
        if gap >= gaps[most - 1] or not _ends_at(px, py, radius + spread, ends):
            continue
        place = most - 1
        while place > 0 and gap < gaps[place - 1]:
            rows[place], gaps[place] = rows[place - 1], gaps[place - 1]
            place -= 1
        gaps[place] = gap
        vx, vy = state[i, VX], state[i, VY]
        rows[place] = np.array([px, py, c * vx + s * vy, c * vy - s * vx, radius])
    return rows


@compiled
def _ends_at(x: float, y: float, radius: float, ends: FloatArray) -> bool:
    """Whether any of ``ends`` (k, 2) is within a circle."""
    for k in range(len(ends)):  # noqa: SIM110 - Numba compiles no generators
        if hypot(ends[k, 0] - x, ends[k, 1] - y) <= radius:
            return True
    return False


@compiled
def off(points: FloatArray, movers: FloatArray, spread: float, going: float) -> FloatArray:
    """Those of ``points`` (k, 2) that are on none of ``movers`` (n, 5) that go faster than ``going`` m/s, (m, 2)."""
    found = np.empty(points.shape)
    count = 0
    for k in range(len(points)):
        on = False
        for i in range(len(movers)):
            if hypot(movers[i, 2], movers[i, 3]) > going:
                apart = hypot(points[k, 0] - movers[i, 0], points[k, 1] - movers[i, 1])
                on = on or apart <= movers[i, 4] + spread
        if not on:
            found[count] = points[k]
            count += 1
    return found[:count]


@compiled
def outline_gaps(
    state: FloatArray, shapes: FloatArray, pose: tuple[float, float, float], box: FloatArray
) -> FloatArray:
    """Metres (n,) from a footprint at a pose to each mover's outline of discs; negative inside."""
    x, y, yaw = pose
    gaps = np.full(len(state), inf)
    for i in range(len(state)):
        c, s = cos(state[i, HEADING]), sin(state[i, HEADING])
        for disc in range(int(shapes[i, COUNT])):
            along = shapes[i, FIRST] + shapes[i, SPACING] * disc
            gap = footprint_gap(x, y, yaw, box, state[i, X] + along * c, state[i, Y] + along * s)
            gaps[i] = min(gaps[i], gap - shapes[i, RADIUS])
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
