"""The compiled step of all actors of one world."""

from math import cos, hypot, sin

import numpy as np

from twin.actors.avoidance_kernels import BRAKE, OBSTACLE, choose_velocity
from twin.actors.columns import (
    COOPERATES,
    COUNT,
    FIRST,
    GEAR,
    HEADING,
    MANNER,
    PATIENCE,
    RADIUS,
    REACH,
    REACTION,
    SPACE,
    SPACING,
    SPEED,
    STUCK,
    TURN_RATE,
    VX,
    VY,
    WAITED,
    WAITS,
    X,
    Y,
)
from twin.actors.motion_kernels import AGILITY, STANDS, drive, walk
from twin.actors.move_kernels import IntArray, point_gap
from twin.actors.route_kernels import go_on, heading_point, leg, turn_back
from twin.compiled import compiled
from twin.geometry import FloatArray

TICK = 0.1
"""Longest step (s); a longer one is taken in several."""
ARRIVED, NEARLY = 0.25, 1.5
"""Metres to a waypoint that count as there, and as there for who cannot get nearer."""
BESIDE = -0.3
"""Metres: a robot that is farther behind than this is not waited for."""
IDLE = 0.15
"""Share of the wanted speed below which somebody makes no progress."""
COOPERATION = 0.7
"""Share of giving way that a cooperative person takes towards a robot: nobody trusts a machine with half."""
COMFORT = 0.4
"""Share of the personal space that is kept to others when there is room."""


@compiled
def advance(
    state: FloatArray,
    traits: FloatArray,
    bodies: FloatArray,
    corners: FloatArray,
    first: IntArray,
    loops: IntArray,
    clearance: FloatArray,
    frame: FloatArray,
    robot: FloatArray,
    seconds: float,
) -> None:
    """Move all actors of one world on by ``seconds``; writes ``state`` only.

    The columns of ``state`` (n, STATE), ``traits`` (n, TRAITS) and ``bodies`` (n, BODY) are those of ``columns``.
    Actor i goes along ``corners`` (m, 2) from ``first[i]`` to ``first[i + 1]``, round and round where ``loops[i]``.
    ``clearance`` and ``frame`` are those of ``Ground``; ``robot`` (5,): x, y, vx, vy and radius.
    """
    ticks = max(1, int(np.ceil(seconds / TICK - 1e-9)))
    most = 1
    for i in range(len(state)):
        most += int(bodies[i, COUNT])
    obstacles = np.empty((most, OBSTACLE))
    for _ in range(ticks):
        for i in range(len(state)):
            route = corners[first[i] : first[i + 1]]
            _move(
                i, state, traits[i], bodies, route, loops[i] != 0, clearance, frame, robot, obstacles, seconds / ticks
            )


@compiled
def _move(
    i: int,
    state: FloatArray,
    traits: FloatArray,
    bodies: FloatArray,
    route: FloatArray,
    loop: bool,
    clearance: FloatArray,
    frame: FloatArray,
    robot: FloatArray,
    obstacles: FloatArray,
    dt: float,
) -> None:
    """One actor's tick."""
    me, body = state[i], bodies[i]
    line = _next_leg(me, body, route, loop)
    if line[2] == 0.0:
        return
    waits = _waits(me, traits, body, robot, dt)
    count = _obstacles(i, state, traits, bodies, robot, obstacles)
    ux, uy = heading_point(me, route, line)
    speed = 0.0 if waits else traits[SPEED]
    gap = COMFORT * traits[SPACE]
    if body[TURN_RATE] > 0.0:
        drive(i, state, bodies, line, ux, uy, speed, gap, traits, obstacles, count, clearance, frame, robot, dt)
    else:
        vx, vy = choose_velocity(
            me,
            (ux * speed, uy * speed),
            (line[0], line[1], line[4]),
            body[RADIUS],
            gap,
            obstacles,
            count,
            clearance,
            frame,
        )
        walk(i, state, bodies, line, vx, vy, traits, clearance, frame, robot, dt)
    if waits:
        return
    if me[VX] * line[0] + me[VY] * line[1] < IDLE * traits[SPEED]:
        me[STUCK] += dt
    else:
        me[STUCK] = max(0.0, me[STUCK] - 2 * dt)
    if me[STUCK] > traits[PATIENCE]:
        me[STUCK] = 0.0
        if line[2] - line[3] < NEARLY:
            go_on(me, len(route), loop)
        else:
            turn_back(me, len(route), loop)
        _shift(me, body, route, loop)


@compiled
def _next_leg(
    me: FloatArray, body: FloatArray, route: FloatArray, loop: bool
) -> tuple[float, float, float, float, float]:
    """The line one is on, the next one after a waypoint is reached; of length 0 for who has nowhere to go."""
    nowhere = (0.0, 0.0, 0.0, 0.0, 0.0)
    if len(route) < 2:
        return nowhere
    for _ in range(2 * len(route)):
        line = leg(me, route, loop)
        if line[2] > 0.0 and line[2] - line[3] > ARRIVED:
            return line
        go_on(me, len(route), loop)
        _shift(me, body, route, loop)
    return leg(me, route, loop)


@compiled
def _shift(me: FloatArray, body: FloatArray, route: FloatArray, loop: bool) -> None:
    """Long vehicles go backwards rather than turn round."""
    if body[TURN_RATE] > 0.0 and body[COUNT] > 1.0:
        line = leg(me, route, loop)
        if me[GEAR] * (line[0] * cos(me[HEADING]) + line[1] * sin(me[HEADING])) < -0.5:
            me[GEAR] = -me[GEAR]


@compiled
def _ahead(me: FloatArray, body: FloatArray, robot: FloatArray) -> bool:
    """Whether the robot is before somebody, or beside."""
    c, s = cos(me[HEADING]) * me[GEAR], sin(me[HEADING]) * me[GEAR]
    return (robot[0] - me[X]) * c + (robot[1] - me[Y]) * s > BESIDE - body[REACH]


@compiled
def _waits(me: FloatArray, traits: FloatArray, body: FloatArray, robot: FloatArray, dt: float) -> bool:
    """Whether somebody stops for the robot: while it is near, ahead or beside, and for as long as patience lasts."""
    if traits[MANNER] != WAITS:
        return False
    speed = hypot(me[VX], me[VY])
    braking = speed * speed / (2 * (BRAKE if body[TURN_RATE] > 0.0 else AGILITY))
    gap = point_gap(me[X], me[Y], me[HEADING], body, robot[0], robot[1], robot[4])
    if not (_ahead(me, body, robot) and gap < traits[SPACE] + braking):
        me[WAITED] = max(0.0, me[WAITED] - dt)
        return False
    if me[WAITED] >= traits[PATIENCE]:
        return False
    me[WAITED] += dt
    return True


@compiled
def _obstacles(
    i: int, state: FloatArray, traits: FloatArray, bodies: FloatArray, robot: FloatArray, found: FloatArray
) -> int:
    """Write the discs that actor i gives way to into ``found``, and say how many."""
    me = state[i]
    mine = bodies[i, REACH] + bodies[i, RADIUS]
    count = 0
    stands = hypot(robot[2], robot[3]) < STANDS
    minds = traits[MANNER] == COOPERATES or stands
    if traits[MANNER] == WAITS:
        minds = me[WAITED] >= traits[PATIENCE] or not _ahead(me, bodies[i], robot)
    if minds and hypot(robot[0] - me[X], robot[1] - me[Y]) < traits[REACTION] + mine + robot[4]:
        found[0, 0], found[0, 1], found[0, 2], found[0, 3], found[0, 4] = (
            robot[0],
            robot[1],
            robot[2],
            robot[3],
            robot[4],
        )
        found[0, 5] = COOPERATION if traits[MANNER] == COOPERATES and not stands else 1.0
        count = 1
    for j in range(len(state)):
        if j == i:
            continue
        other, body = state[j], bodies[j]
        if hypot(other[X] - me[X], other[Y] - me[Y]) > traits[REACTION] + mine + body[REACH] + body[RADIUS]:
            continue
        c, s = cos(other[HEADING]), sin(other[HEADING])
        share = 1.0 if hypot(other[VX], other[VY]) < STANDS else 0.5
        for k in range(int(body[COUNT])):
            along = body[FIRST] + body[SPACING] * k
            found[count, 0], found[count, 1] = other[X] + along * c, other[Y] + along * s
            found[count, 2], found[count, 3] = other[VX], other[VY]
            found[count, 4], found[count, 5] = body[RADIUS], share
            count += 1
    return count
