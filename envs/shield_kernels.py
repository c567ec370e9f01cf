"""The compiled decision of ``shield``, taken in every step of every robot."""

from math import hypot

from envs.footprint_kernels import nearest, stops_clear
from twin.compiled import compiled
from twin.geometry import FloatArray


@compiled
def decide(
    wanted: FloatArray,
    command: FloatArray,
    change: FloatArray,
    limits: tuple[float, float, float, float],
    box: FloatArray,
    points: FloatArray,
    instead: FloatArray,
) -> bool:
    """Whether ``wanted`` (3,) may be driven; what to drive in its place is written into ``instead`` (3,).

    ``command`` (3,): the present twist, which may ``change`` (3,) by so much in a period. ``limits``: deceleration
    (m/s2), period (s), metres and seconds of driving to keep from ``points`` (n, 2) m.
    """
    deceleration, period, least, lag = limits
    # Already nearer than the margin: what does not come nearer still is a way out.
    room = least + lag * hypot(command[0], command[1])
    margin = max(min(room, nearest(0.0, 0.0, 0.0, box, points) - 0.005), 0.01)
    vx = command[0] + min(max(wanted[0] - command[0], -change[0]), change[0])
    vy = command[1] + min(max(wanted[1] - command[1], -change[1]), change[1])
    turn = command[2] + min(max(wanted[2] - command[2], -change[2]), change[2])
    if stops_clear((vx, vy, turn), deceleration, period, margin, box, points):
        return True
    slower(command, change[0], instead)
    # Turning as was wanted while braking, where that is as safe: what stands before a thing can turn from it.
    if stops_clear((instead[0], instead[1], turn), deceleration, period, margin, box, points):
        instead[2] = turn
    return False


@compiled
def slower(command: FloatArray, change: float, found: FloatArray) -> None:
    """Write a twist (3,) slower by ``change`` m/s, on the arc that was found free before, into ``found``."""
    speed = hypot(command[0], command[1])
    share = max(0.0, speed - change)
    for i in range(3):
        found[i] = command[i] * share / speed if speed > 0.0 else 0.0
