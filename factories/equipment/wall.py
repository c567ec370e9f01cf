"""Walls inside the hall; the outer ones come with it."""

from collections.abc import Iterable
from typing import ClassVar, Literal

from typing_extensions import override

from factories.equipment.base import Equipment, Length, Part
from factories.shapes import box


class Wall(Equipment):
    """A straight wall along its x axis. Leave a gap between two walls for an open doorway."""

    type: Literal["wall"] = "wall"
    landmark: ClassVar[bool] = False
    hides_people: ClassVar[bool] = True
    length: Length
    """Along x, m."""
    thickness: Length = 0.2
    """m."""
    height: Length = 4.0
    """m."""

    @override
    def footprint(self) -> tuple[float, float]:
        return self.length, self.thickness

    @override
    def parts(self) -> Iterable[Part]:
        size = (self.length, self.thickness, self.height)
        return [Part((box(size, (0.0, 0.0, self.height / 2), "wall_panel"),), "wall")]
