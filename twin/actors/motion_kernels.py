"""Compiled motion: from a wanted velocity to the step that is made."""

from math import atan2, cos, hypot, pi, sin, sqrt

import numpy as np

from twin.actors.avoidance_kernels import BRAKE, choose_steering
from twin.actors.columns import GEAR, HEADING, MANNER, NEVER, TURN_RATE, VX, VY, X, Y
from twin.actors.move_kernels import may_move, point_gap, slack_of
from twin.compiled import compiled
from twin.geometry import FloatArray

STANDS = 0.05
"""m/s below which a robot or an actor counts as standing."""
AGILITY, THROTTLE = 3.0, 1.0
"""m/s2 of people, and of vehicles that speed up."""
TURNS = 5.0
"""rad/s that people turn with."""
RESERVE, VEHICLE_RESERVE = 0.04, 0.12
"""Metres that people and vehicles keep to walls but for getting back to their line. That takes some room: vehicles
may use half of it for turning back, and all of it for going straight then."""
ALONG = 0.1
"""rad off its way within which a vehicle is as wide as its line."""
SHARP = 0.7
"""rad off its way beyond which a vehicle turns on the spot."""


@compiled
def wrapped(angle: float) -> float:
    """The same angle from -pi to pi."""
    return angle - 2 * pi * np.floor((angle + pi) / (2 * pi))


@compiled
def _minds(traits: FloatArray, robot: FloatArray) -> bool:
    """Whether somebody's moves must keep clear of the robot where it is: everybody's where it stands."""
    return traits[MANNER] != NEVER or hypot(robot[2], robot[3]) < STANDS


@compiled
def walk(
    i: int,
    state: FloatArray,
    bodies: FloatArray,
    line: tuple[float, float, float, float, float],
    vx: float,
    vy: float,
    traits: FloatArray,
    clearance: FloatArray,
    frame: FloatArray,
    robot: FloatArray,
    dt: float,
) -> None:
    """Take up a velocity as fast as people can, and make the step where it is allowed, else a shorter one."""
    me = state[i]
    dvx, dvy = vx - me[VX], vy - me[VY]
    change = hypot(dvx, dvy)
    part = min(1.0, AGILITY * dt / change) if change > 0.0 else 1.0
    first_x, first_y = me[VX] + part * dvx, me[VY] + part * dvy
    minds = _minds(traits, robot)
    for attempt in range(6):
        if attempt < 3:
            wx, wy = first_x * (1.0 - 0.4 * attempt), first_y * (1.0 - 0.4 * attempt)
        else:
            wx, wy = vx * (1.4 - 0.4 * (attempt - 2)), vy * (1.4 - 0.4 * (attempt - 2))
        x, y = me[X] + wx * dt, me[Y] + wy * dt
        slack = slack_of(line[4], line[4] + (line[0] * wy - line[1] * wx) * dt, RESERVE)
        if may_move(i, state, bodies, x, y, me[HEADING], slack, minds, clearance, frame, robot):
            me[X], me[Y], me[VX], me[VY] = x, y, wx, wy
            # Feet of who turns on the spot beside a robot would be in it.
            if not minds or point_gap(x, y, me[HEADING], bodies[i], robot[0], robot[1], robot[4]) >= 0.0:
                _face(me, dt)
            return
    me[VX], me[VY] = 0.0, 0.0


@compiled
def _face(me: FloatArray, dt: float) -> None:
    """Turn to where one walks; slow steps aside turn nobody."""
    speed = hypot(me[VX], me[VY])
    if speed > 0.15:
        off = wrapped(atan2(me[VY], me[VX]) - me[HEADING])
        me[HEADING] = wrapped(me[HEADING] + min(max(off, -TURNS * dt), TURNS * dt))


@compiled
def drive(
    i: int,
    state: FloatArray,
    bodies: FloatArray,
    line: tuple[float, float, float, float, float],
    ux: float,
    uy: float,
    speed: float,
    gap: float,
    traits: FloatArray,
    obstacles: FloatArray,
    count: int,
    clearance: FloatArray,
    frame: FloatArray,
    robot: FloatArray,
    dt: float,
) -> None:
    """Steer a vehicle along its line, slower towards waypoints, and make the move where it is allowed."""
    me, body = state[i], bodies[i]
    gear = me[GEAR]
    off = wrapped(atan2(uy, ux) - me[HEADING] - (pi if gear < 0.0 else 0.0))
    limit = body[TURN_RATE]
    astray = off
    slow = 0.0 if abs(off) > SHARP else cos(off)
    arriving = sqrt(2 * 0.8 * BRAKE * max(0.0, line[2] - line[3])) * 0.7 + 0.1
    wanted = gear * min(speed * slow, arriving)
    wanted, off = choose_steering(me, wanted, off, body, gap, obstacles, count, clearance, frame)
    turn = min(max(2.0 * off, -limit), limit)
    now = me[VX] * cos(me[HEADING]) + me[VY] * sin(me[HEADING])
    change = (THROTTLE if abs(wanted) > abs(now) and wanted * now >= 0.0 else BRAKE) * dt
    taken = now + min(max(wanted - now, -change), change)
    if speed == 0.0 and abs(taken) < 1e-6:
        turn = 0.0
    minds = _minds(traits, robot)
    for attempt in range(6):
        v = taken * (1.0, 1.0, 1.0, 0.4, 0.0, 0.0)[attempt]
        w = turn * (1.0, 0.3, 0.0, 0.0, 1.0, 0.0)[attempt]
        middle = me[HEADING] + w * dt / 2
        heading = wrapped(me[HEADING] + w * dt)
        vx, vy = v * cos(middle), v * sin(middle)
        x, y = me[X] + vx * dt, me[Y] + vy * dt
        aside = line[4] + (line[0] * vy - line[1] * vx) * dt
        slack = -VEHICLE_RESERVE
        if w == 0.0 and abs(aside) <= abs(line[4]):
            slack = 0.0
        elif w * astray > 0.0:
            slack = -0.5 * VEHICLE_RESERVE
        if abs(off) < ALONG:
            slack = max(slack, slack_of(line[4], aside, VEHICLE_RESERVE))
        if may_move(i, state, bodies, x, y, heading, slack, minds, clearance, frame, robot):
            me[X], me[Y], me[HEADING], me[VX], me[VY] = x, y, heading, vx, vy
            return
    me[VX], me[VY] = 0.0, 0.0
