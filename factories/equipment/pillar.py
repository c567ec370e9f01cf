"""Pillars that carry the roof."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal

from typing_extensions import override

from factories.equipment.base import Equipment, Length, Part, Sign
from factories.shapes import box, plate
from twin.scene import Geom


class Pillar(Equipment):
    """A concrete pillar with a hazard-striped collar at bumper height."""

    type: Literal["pillar"] = "pillar"
    hides_people: ClassVar[bool] = True
    width: Length = 0.4
    """Along x, m."""
    depth: Length = 0.4
    """Along y, m."""
    height: Length = 6.0
    """m."""

    sign: Sign = "forklift"
    """On two of its sides."""

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
            geoms += self._signs(collar)
        return [Part(tuple(geoms), "pillar")]

    def _signs(self, above: float) -> Iterator[Geom]:
        side = min(0.9 * self.width, 0.45)
        z = above + 0.25 + side / 2
        if self.sign and z + side / 2 < self.height:
            for y in (-self.depth / 2, self.depth / 2):
                yield plate(f"sign:{self.sign}", side, side, (0.0, y, z), "y")
