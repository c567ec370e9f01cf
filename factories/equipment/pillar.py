"""Pillars that carry the roof."""

from collections.abc import Iterable
from typing import Literal

from typing_extensions import override

from factories.equipment.base import Equipment, Length, Part
from factories.shapes import box


class Pillar(Equipment):
    """A concrete pillar with a hazard-striped collar at bumper height."""

    type: Literal["pillar"] = "pillar"
    width: Length = 0.4
    """Along x, m."""
    depth: Length = 0.4
    """Along y, m."""
    height: Length = 6.0
    """m."""

    @override
    def footprint(self) -> tuple[float, float]:
        return self.width, self.depth

    @override
    def parts(self) -> Iterable[Part]:
        collar = min(1.2, self.height)
        geoms = [box((self.width, self.depth, collar), (0.0, 0.0, collar / 2), "hazard")]
        if self.height > collar:
            size = (self.width, self.depth, self.height - collar)
            geoms.append(box(size, (0.0, 0.0, (self.height + collar) / 2), "concrete_pillar"))
        return [Part(tuple(geoms), "pillar")]
