"""Where in a hall robots have something to do: the faces of its equipment, as poses to stand at."""

from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np

from envs.sites import MARGIN, Site
from twin.geometry import FloatArray
from twin.per_object import per_object

SKIN = 0.15
"""Metres before a face whose cells the maps already call blocked."""
SIDE = 0.1
"""Metres to each side that a robot needs when it drives up to a face."""


@dataclass(frozen=True, slots=True)
class Station:
    """One face of one piece of equipment, in the hall."""

    name: str
    """The equipment's."""
    kind: str
    """Its type."""
    face: tuple[float, float, float]
    """Its middle (m), and the direction out of it (rad)."""
    width: float
    """m"""

    def before(self, away: float) -> tuple[float, float, float]:
        """The pose (x, y, heading) of who looks at the face from so many metres."""
        x, y, out = self.face
        heading = (out + 2 * pi) % (2 * pi) - pi
        return x + away * cos(out), y + away * sin(out), heading

    def patch(self, deep: float, far: float) -> FloatArray:
        """Corners (4, 2), counter-clockwise, of the floor from ``deep`` m inside the face to ``far`` m before it."""
        x, y, out = self.face
        turn = np.array([[cos(out), sin(out)], [-sin(out), cos(out)]])
        half = self.width / 2
        return np.array([[-deep, -half], [far, -half], [far, half], [-deep, half]]) @ turn + (x, y)


@per_object
def stations(site: Site) -> tuple[Station, ...]:
    """All of a site, in the layout's order."""
    found = []
    for item in site.layout.equipment:
        c, s = cos(item.heading), sin(item.heading)
        for face in item.faces():
            x, y = item.at[0] + c * face.x - s * face.y, item.at[1] + s * face.x + c * face.y
            found.append(Station(item.name, item.type, (x, y, item.heading + face.heading), face.width))
    return tuple(found)


def standing_room(site: Site) -> float:
    """Metres from a face at which a robot stands in any heading."""
    return site.robot.radius + MARGIN + SKIN


def can_drive_up(site: Site, station: Station, reach: float) -> bool:
    """Whether the robot can stand in any heading ``reach`` m before the face, and drive up to it from there."""
    x, y, _ = station.before(reach)
    if not site.is_free((x, y)):
        return False
    half = float(np.abs(site.robot.footprint[:, 1]).max()) + SIDE
    across = np.arange(-half, half + 1e-9, site.true.resolution / 2)
    along = np.arange(SKIN, reach, site.true.resolution / 2)
    points = np.stack(np.meshgrid(along, across, indexing="ij"), axis=-1).reshape(-1, 2)
    fx, fy, out = station.face
    turn = np.array([[cos(out), sin(out)], [-sin(out), cos(out)]])
    return not site.true.is_blocked(points @ turn + (fx, fy)).any()
