"""Lines painted on the floor."""

import math
from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from factories.equipment.base import Equipment, Length, Part, Point
from factories.shapes import box
from twin.scene import Geom

THICKNESS = 0.002


class FloorMarking(Equipment):
    """A painted line along ``path``, given in its own frame (by default the hall's). Nothing collides with it."""

    type: Literal["floor_marking"] = "floor_marking"
    landmark: ClassVar[bool] = False
    at: Point = (0.0, 0.0)
    path: Annotated[tuple[Point, ...], Field(min_length=2, max_length=200)]
    """Points x, y, m."""
    width: Length = 0.1
    """Width of the line, m; lanes are 0.05 to 0.1 m wide (ASR A1.3 asks for at least 0.05 m)."""
    color: Literal["yellow", "white", "red", "green", "hazard"] = "yellow"
    """``hazard`` is striped yellow and black."""
    closed: bool = False
    """Whether the last point is joined to the first."""

    @override
    def parts(self) -> Iterable[Part]:
        ends = (*self.path[1:], self.path[0]) if self.closed else self.path[1:]
        geoms = tuple(self._line(a, b) for a, b in zip(self.path, ends, strict=False) if a != b)
        return [Part(geoms, "floor_marking")] if geoms else []

    def _line(self, start: Point, end: Point) -> Geom:
        yaw = math.atan2(end[1] - start[1], end[0] - start[0])
        return box(
            (math.dist(start, end) + self.width, self.width, THICKNESS),
            ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, THICKNESS / 2),
            "hazard" if self.color == "hazard" else f"marking_{self.color}",
            quaternion=(math.cos(yaw / 2), 0.0, 0.0, math.sin(yaw / 2)),
            collides=False,
        )
