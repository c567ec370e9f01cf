"""Anonymous solid boxes: what an occupancy map knows of a hall."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from factories.equipment.base import Box, Equipment, Length, Part, Point
from factories.shapes import box


class Blocks(Equipment):
    """Many boxes that stand as one: ``[x, y, width, depth]`` each, x and y of the lower left corner, in its own frame
    (by default the hall's).
    """

    type: Literal["blocks"] = "blocks"
    landmark: ClassVar[bool] = False
    hides_people: ClassVar[bool] = True
    at: Point = (0.0, 0.0)
    boxes: Annotated[tuple[Box, ...], Field(min_length=1, max_length=50_000)]
    """x, y of the lower left corner, width along x, depth along y; m."""
    height: Length = 2.0
    """m."""

    @override
    def solids(self) -> tuple[Box, ...]:
        return self.boxes

    @override
    def parts(self) -> Iterable[Part]:
        h = self.height
        geoms = tuple(
            box((width, depth, h), (x + width / 2, y + depth / 2, h / 2), "map_block")
            for x, y, width, depth in self.boxes
        )
        return [Part(geoms, "wall")]
