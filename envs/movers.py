"""People and vehicles that move, as a robot meets them: what it sees of them, and what they were drawn to be like."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from envs.mover_kernels import off, seen
from twin.actors.columns import COOPERATES, MANNER, NEVER, PATIENCE, REACTION, SPACE, SPEED
from twin.geometry import FloatArray
from twin.patrols import Patrols
from twin.scene import Patrol
from twin.sensors import Lidar
from twin.sensors.lidar import scan_points

NEAREST = 5
"""How many of them are observed."""
MOVER = ("x", "y", "vx", "vy", "radius")
"""Metres, m/s."""
SPREAD = 0.1
"""Metres by which a return may lie off somebody's outline."""
GOING = 0.1
"""m/s."""
_MANNERS = {NEVER: False, COOPERATES: "cooperates"}


def seen_movers(patrols: Patrols, pose: Sequence[float] | FloatArray, scan: FloatArray, lidar: Lidar) -> FloatArray:
    """The nearest of those who move and whom the lidar sees, (``NEAREST``, 5), nearest first; rows of 0 where fewer.

    A row holds place and velocity in the robot's frame, and the radius of the circle that holds the outline, as
    ``MOVER`` names them. ``scan`` (rays,) m is what the lidar measured at ``pose``; who one of its rays ends at is
    seen. Velocities are over the floor, not against the robot's.
    """
    if not patrols.bodies:
        return np.zeros((NEAREST, len(MOVER)))
    x, y, yaw = pose
    return seen(patrols.state, patrols.shapes, (x, y, yaw), scan_points(lidar, scan), SPREAD, NEAREST)


def without_movers(points: FloatArray, patrols: Patrols, pose: tuple[float, float, float]) -> FloatArray:
    """Those of the points (n, 2) in the frame of a robot at ``pose`` that are on nobody who goes somewhere."""
    if not patrols.bodies:
        return points
    return off(patrols.state, patrols.shapes, pose, points, SPREAD, GOING)


def drawn_temperaments(patrols: tuple[Patrol, ...], traits: FloatArray) -> dict[str, Any]:
    """What was drawn of each who moves, by the name of its body; nothing where nobody does."""
    drawn = {
        patrol.body: {
            "speed": float(row[SPEED]),
            "personal_space": float(row[SPACE]),
            "patience": float(row[PATIENCE]),
            "reaction_distance": float(row[REACTION]),
            "yields": _MANNERS.get(float(row[MANNER]), True),
        }
        for patrol, row in zip(patrols, traits, strict=True)
    }
    return {"temperaments": drawn} if drawn else {}
