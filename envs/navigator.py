"""A route to the goal on the known map, mended with what the lidar has seen."""

from collections.abc import Sequence
from math import hypot

import numpy as np

from envs.navigator_kernels import distances_around, in_the_way, remember, see_through
from envs.standing import ELSEWHERE
from factories.geodesics import GeodesicField
from factories.occupancy import BoolGrid, OccupancyGrid
from factories.routes import along, look_ahead
from twin.errors import PlanningError
from twin.geometry import FloatArray

MEMORY = 6.0
"""Seconds a lidar return stays an obstacle; people walk on."""
STAYS, KEPT = 4.0, 60.0
"""Seconds after which what is still there is a thing, no person, and for which that is remembered: a route that forgets
what lies round the corner leads back there."""
SIGHT = 2.5
"""Metres within which what is seen past is forgotten: rays of a common lidar are 0.2 m apart there."""
HORIZON = 5.0
"""Metres of the route that must be free of returns."""
BACK = 1.0
"""Metres that a robot may fall back along its route between two looks ..."""
FORTH = 1.0
"""... and get on: looking farther would jump to where the route comes by again."""
LOOK_EVERY = 0.25
"""Seconds between two looks at the lidar: a robot goes 0.4 m in that time."""
STRAY = 1.2
"""Metres beside the route from which on another one is shorter than the way back, perhaps."""
DIRECTIONS, AROUND = 36, 3.0
"""How many ways a robot looks around on its map, and how far, m."""
HELD = 3.0
"""Seconds in one place after which a new route is planned, from there: the old one may graze what holds the robot."""
PATIENCE = 1.0
"""Seconds between two plans."""


class Navigator:
    """Keeps a route from the robot to a goal.

    The map holds what is fixed. Returns of the lidar in cells that the map calls free are remembered for a while, or
    until they are seen past; where they block the route ahead, a new one is planned around them.
    """

    def __init__(
        self,
        known: OccupancyGrid,
        field: GeodesicField,
        start: tuple[float, float],
        clearance: float,
        *,
        forgets: bool = True,
    ) -> None:
        """``field`` leads to the goal on ``known``; ``clearance`` (m) is kept from anything.

        One that does not forget keeps what it saw until that is seen past.
        """
        self._known = known
        self._forgets = forgets
        self._field = field
        self._clearance = clearance
        self._wall_distance = known.clearance()
        self._seen_at = np.full(known.blocked.shape, -np.inf)
        self._seen_since = np.full(known.blocked.shape, np.inf)
        self._planned_at = -np.inf
        self._looked_at = -np.inf
        self.route = field.route(np.array(start))
        self._arc = 0.0
        self.replans = 0
        self._place, self._since = start, 0.0

    def turn_to(self, field: GeodesicField, time: float, xy: tuple[float, float]) -> None:
        """Lead from ``xy`` to the goal of another ``field`` on the same map, around what is remembered."""
        self._field = field
        self.route, self._arc = field.route(np.array(xy)), 0.0
        if self._remembered(time).any():
            self.replan(time, xy)

    def looks(self, time: float) -> bool:
        """Whether it is time (s) to look at the lidar again."""
        return time - self._looked_at >= LOOK_EVERY

    def update(self, time: float, xy: tuple[float, float], returns: FloatArray) -> None:
        """Take the lidar's ``returns`` (n, 2), world frame, seen from ``xy`` at ``time`` (s)."""
        self._looked_at = time
        self._arc = along(self.route, xy, *self.stretch)
        known = self._known
        news = remember(
            returns,
            self._wall_distance,
            known.origin,
            known.resolution,
            1.5 * known.resolution,
            time,
            self._seen_at,
            self._seen_since,
        )
        held = self._held(time, xy)
        if time - self._planned_at >= PATIENCE and (
            held or self._astray(xy) or (len(news) and self._blocked(xy, news))
        ):
            self.replan(time, xy)

    def see_through(self, eye: FloatArray, ranges: FloatArray, step: float, blind: float = 0.0) -> None:
        """Forget what the lidar sees past: ``ranges`` (rays,) from ``eye``, x and y and the direction of the first ray,
        ``step`` rad from ray to ray; nothing nearer than ``blind`` (m), as it may be too low to be seen.
        """
        known = self._known
        see_through(eye, ranges, step, blind, SIGHT, known.origin, known.resolution, self._seen_at)

    @property
    def stretch(self) -> tuple[float, float]:
        """Where the part of the route begins on which the robot is, and how long it is, m."""
        return max(0.0, self._arc - BACK), BACK + FORTH

    def ahead(self, xy: tuple[float, float], distances: Sequence[float] | FloatArray) -> FloatArray:
        """Points (n, 2), world frame, on the route at ``distances`` (m) beyond its point nearest to ``xy``."""
        return look_ahead(self.route, xy, distances, *self.stretch)

    def around(self, time: float, pose: Sequence[float] | FloatArray) -> FloatArray:
        """Metres (``DIRECTIONS``,) to what is known or remembered around a robot at ``pose``, at most ``AROUND``."""
        known, (x, y, heading) = self._known, pose
        place = known.origin, known.resolution
        return distances_around((x, y, heading), DIRECTIONS, AROUND, *place, known.blocked, self._remembered(time))

    def _astray(self, xy: tuple[float, float]) -> bool:
        """Whether the robot has left its route."""
        (nearest,) = self.ahead(xy, (0.0,))
        return hypot(nearest[0] - xy[0], nearest[1] - xy[1]) > STRAY

    def _held(self, time: float, xy: tuple[float, float]) -> bool:
        """Whether the robot has come nowhere since it got its route, for a while."""
        if hypot(xy[0] - self._place[0], xy[1] - self._place[1]) > ELSEWHERE:
            self._place, self._since = xy, time
        return time - max(self._since, self._planned_at) >= HELD

    def _blocked(self, xy: tuple[float, float], returns: FloatArray) -> bool:
        """Whether any of the returns lies within the clearance of the route ahead."""
        steps = np.arange(0.0, HORIZON, self._known.resolution)
        return in_the_way(self.ahead(xy, steps), returns, self._clearance)

    def replan(self, time: float, xy: tuple[float, float]) -> None:
        """Plan around what is remembered; keep the old route where there is no other way.

        One that does not forget plans to a goal where something stood, too: it may have been a person.
        """
        self._planned_at = time
        seen = self._remembered(time)
        try:
            self.route = self._field.detour(xy, seen if self._forgets else seen & ~self._field.at_goal)
        except PlanningError:
            return
        self._arc = 0.0
        self.replans += 1

    def _remembered(self, time: float) -> BoolGrid:
        """Cells with an obstacle that the map does not hold."""
        if not self._forgets:
            return self._seen_at > -np.inf
        return self._seen_at > time - np.where(self._seen_at >= self._seen_since + STAYS, KEPT, MEMORY)
