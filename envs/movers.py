"""People and vehicles that move, as a robot meets them: what it sees of them, and what they were drawn to be like."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from twin.actors.columns import COOPERATES, MANNER, NEVER, PATIENCE, RADIUS, REACH, REACTION, SPACE, SPEED
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
    found = np.zeros((NEAREST, len(MOVER)))
    if not patrols.bodies:
        return found
    x, y, yaw = pose
    c, s = np.cos(yaw), np.sin(yaw)
    turn = np.array([[c, -s], [s, c]])
    places = (patrols.state[:, :2] - (x, y)) @ turn
    radii = patrols.shapes[:, RADIUS] + patrols.shapes[:, REACH]
    ends = scan_points(lidar, scan)
    apart = np.hypot(ends[:, None, 0] - places[:, 0], ends[:, None, 1] - places[:, 1])
    seen = np.flatnonzero((apart <= radii + SPREAD).any(axis=0))
    near = seen[np.argsort(np.hypot(*places[seen].T) - radii[seen], kind="stable")][:NEAREST]
    found[: len(near)] = np.column_stack([places[near], patrols.velocities()[near] @ turn, radii[near]])
    return found


def without_movers(points: FloatArray, movers: FloatArray) -> FloatArray:
    """Those of the points (n, 2) in the robot's frame that are on none of ``movers`` (k, 5) who go somewhere."""
    going = movers[np.hypot(movers[:, 2], movers[:, 3]) > GOING]
    apart = np.hypot(points[:, None, 0] - going[:, 0], points[:, None, 1] - going[:, 1])
    return points[(apart > going[:, 4] + SPREAD).all(axis=1)]


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
