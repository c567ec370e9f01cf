"""Compiled choice of a velocity: the least sum of deviation from the wanted one and weight over time to touch."""

from math import cos, hypot, pi, sin, sqrt

import numpy as np

from twin.actors.columns import STUCK
from twin.actors.floor_kernels import free_time
from twin.actors.move_kernels import APART, beside
from twin.compiled import compiled
from twin.geometry import FloatArray

OX, OY, OVX, OVY, ORADIUS, OSHARE = 0, 1, 2, 3, 4, 5
"""Columns of an obstacle: a disc, its velocity, the room to keep (m), and the share of giving way that is one's own."""
OBSTACLE = 6

HORIZON = 5.0
"""Seconds ahead that others count, and ``STANDING_HORIZON`` that walls do."""
STANDING_HORIZON = 1.2
WEIGHT, COMFORT_WEIGHT, STANDING_WEIGHT = 1.5, 0.4, 0.3
"""m: of touching somebody, of coming nearer than is comfortable, of touching what stands."""
STEADY = 0.3
"""Share of a change of velocity that counts as cost: who dithers gets nowhere."""
KEEP_RIGHT = 0.05
"""Extra cost of passing on the left, of the wanted speed: two who meet agree where to pass."""
IMPATIENCE = 1.5
"""How much more standing still costs with every second without progress: who is stuck goes a longer way about."""
CORRIDOR, CORRIDOR_WEIGHT = 1.5, 0.6
"""Metres beside the route beyond which straying costs."""
BRAKE = 2.0
"""m/s2 that vehicles slow down with."""
SOON = 0.8
"""Seconds of turning that count for where a vehicle goes next."""
NEVER_AGAIN = 1e9

_DEGREES = (0.0, -8.0, 8.0, -18.0, 18.0, -30.0, 30.0, -45.0, 45.0, -65.0, 65.0, -90.0, 90.0, -125.0, 125.0, 180.0)
_COSINES = np.cos(np.array(_DEGREES) * pi / 180)
_SINES = np.sin(np.array(_DEGREES) * pi / 180)
_SPEEDS = (1.0, 0.6, 0.3)
_STEERS = (0.0, -0.2, 0.2, -0.45, 0.45)
_THROTTLES = (1.0, 0.6, 0.25)


@compiled
def time_to_touch(dx: float, dy: float, wx: float, wy: float, radius: float) -> float:
    """Seconds until a point that moves with w is within ``radius`` of d; 0 if it is and comes nearer, else 1e9."""
    toward = dx * wx + dy * wy
    if toward <= 0.0:
        return NEVER_AGAIN
    beyond = dx * dx + dy * dy - radius * radius
    if beyond <= 0.0:
        return 0.0
    square = wx * wx + wy * wy
    under = toward * toward - square * beyond
    if under <= 0.0:
        return NEVER_AGAIN
    return (toward - sqrt(under)) / square


@compiled
def touch_cost(
    x: float,
    y: float,
    vx: float,
    vy: float,
    px: float,
    py: float,
    radius: float,
    gap: float,
    lag: float,
    obstacles: FloatArray,
    count: int,
) -> float:
    """What a disc's going on with v instead of the wanted p costs because of the soonest touch.

    Others are expected to do their share of giving way (generalized reciprocity, section VI of the paper): with a
    share of one half, twice the deviation counts. It is measured from the wanted velocity, where the paper takes the
    present one: so nobody goes back to the line before there is room, and two who meet do not change sides.
    ``lag``: seconds that stopping takes.
    """
    soonest, comfortable = NEVER_AGAIN, NEVER_AGAIN
    for k in range(count):
        more = 1.0 / obstacles[k, OSHARE]
        wx = more * vx - (more - 1.0) * px - obstacles[k, OVX]
        wy = more * vy - (more - 1.0) * py - obstacles[k, OVY]
        dx, dy = obstacles[k, OX] - x, obstacles[k, OY] - y
        room = radius + obstacles[k, ORADIUS]
        near = time_to_touch(dx, dy, wx, wy, room + gap)
        if near < HORIZON:
            comfortable = min(comfortable, near)
            soonest = min(soonest, time_to_touch(dx, dy, wx, wy, room))
    soonest, comfortable = max(0.0, soonest - lag), max(0.0, comfortable - lag)
    cost = 0.0
    if soonest < HORIZON:
        cost += WEIGHT * (1.0 / (soonest + 0.05) - 1.0 / (HORIZON + 0.05))
    if comfortable < HORIZON:
        cost += COMFORT_WEIGHT * (1.0 / (comfortable + 0.35) - 1.0 / (HORIZON + 0.35))
    return cost


@compiled
def wall_cost(
    x: float, y: float, vx: float, vy: float, radius: float, clearance: FloatArray, frame: FloatArray
) -> float:
    """What going on with v costs because of what stands."""
    free = free_time(x, y, vx, vy, radius, STANDING_HORIZON, clearance, frame)
    if free >= STANDING_HORIZON:
        return 0.0
    return STANDING_WEIGHT * (1.0 / (free + 0.05) - 1.0 / (STANDING_HORIZON + 0.05))


@compiled
def choose_velocity(
    state: FloatArray,
    wanted: tuple[float, float],
    line: tuple[float, float, float],
    radius: float,
    gap: float,
    obstacles: FloatArray,
    count: int,
    clearance: FloatArray,
    frame: FloatArray,
) -> tuple[float, float]:
    """The velocity (m/s) for somebody who can step aside.

    ``wanted`` is what it would be with nobody about. ``line``: the route's direction here, and how far to the left of
    it one is.
    """
    x, y, now_x, now_y = state[0], state[1], state[3], state[4]
    px, py = wanted
    top = hypot(px, py)
    if top < 1e-9:
        return 0.0, 0.0
    best_x, best_y, best = 0.0, 0.0, NEVER_AGAIN
    on_line = abs(line[2]) < 0.05
    for speed in _SPEEDS:
        for k in range(len(_COSINES)):
            vx = speed * (_COSINES[k] * px - _SINES[k] * py)
            vy = speed * (_SINES[k] * px + _COSINES[k] * py)
            cost = ((vx - px) ** 2 + (vy - py) ** 2 + STEADY * ((vx - now_x) ** 2 + (vy - now_y) ** 2)) / top
            if _SINES[k] > 0.0:
                cost += KEEP_RIGHT * top
            aside = abs(line[2] + line[0] * vy - line[1] * vx)
            if aside > CORRIDOR:
                cost += CORRIDOR_WEIGHT * (aside - CORRIDOR)
            if cost < best:
                cost += touch_cost(x, y, vx, vy, px, py, radius, gap, 0.0, obstacles, count)
            if cost < best and not (k == 0 and on_line):
                cost += wall_cost(x, y, vx, vy, radius, clearance, frame)
            if cost < best:
                best_x, best_y, best = vx, vy, cost
    stay = top * (1.0 + IMPATIENCE * state[STUCK]) + STEADY * (now_x * now_x + now_y * now_y) / top
    if stay < best:
        stay += touch_cost(x, y, 0.0, 0.0, px, py, radius, gap, 0.0, obstacles, count)
    if stay < best:
        return 0.0, 0.0
    return best_x, best_y


@compiled
def _let_by(state: FloatArray, body: FloatArray, obstacles: FloatArray, count: int) -> None:
    """Make discs beside a vehicle as small as lets it by: its own discs are wider than it is."""
    for k in range(count):
        ahead, left, length, _ = beside(state[0], state[1], state[2], body, obstacles[k, OX], obstacles[k, OY])
        if abs(ahead) < length:
            obstacles[k, ORADIUS] = min(obstacles[k, ORADIUS], max(0.0, abs(left) - body[0] - APART))


@compiled
def choose_steering(
    state: FloatArray,
    speed: float,
    off: float,
    body: FloatArray,
    gap: float,
    obstacles: FloatArray,
    count: int,
    clearance: FloatArray,
    frame: FloatArray,
) -> tuple[float, float]:
    """Speed along the heading (m/s, negative backwards) and turn (rad) for a vehicle that wants these."""
    if count == 0 or speed == 0.0:
        return speed, off
    _let_by(state, body, obstacles, count)
    lag = hypot(state[3], state[4]) / BRAKE
    x, y, heading = state[0], state[1], state[2]
    c, s = cos(heading), sin(heading)
    soon = body[4] * SOON
    ahead = heading + min(max(off, -soon), soon)
    px, py = speed * cos(ahead), speed * sin(ahead)
    best_speed, best_off = 0.0, off
    best = abs(speed) * (1.0 + IMPATIENCE * state[STUCK])
    for steer in _STEERS:
        ahead = heading + min(max(off + steer, -soon), soon)
        ux, uy = cos(ahead), sin(ahead)
        for throttle in _THROTTLES:
            vx, vy = speed * throttle * ux, speed * throttle * uy
            cost = abs(speed) * ((1.0 - throttle) ** 2 + steer * steer)
            if steer * speed > 0.0:
                cost += KEEP_RIGHT * abs(speed)
            for k in range(int(body[3])):
                along = body[1] + body[2] * k
                if cost < best:
                    cost += touch_cost(
                        x + along * c, y + along * s, vx, vy, px, py, body[0], gap, lag, obstacles, count
                    )
            if cost < best and steer != 0.0:
                front = body[1] + (body[2] * (body[3] - 1.0) if speed > 0.0 else 0.0)
                cost += wall_cost(x + front * c, y + front * s, vx, vy, body[0], clearance, frame)
            if cost < best:
                best_speed, best_off, best = speed * throttle, off + steer, cost
    return best_speed, best_off
