"""Places where no robot may go, though nothing stands there."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from factories.equipment.base import Box, Equipment, Point


class Keepout(Equipment):
    """Boxes ``[x, y, width, depth]`` where no robot is placed or sent: unknown cells of a map, pedestrian areas.

    x and y are of the lower left corner, in its own frame (by default the hall's).
    """

    type: Literal["keepout"] = "keepout"
    landmark: ClassVar[bool] = False
    at: Point = (0.0, 0.0)
    boxes: Annotated[tuple[Box, ...], Field(min_length=1, max_length=50_000)]
    """x, y of the lower left corner, width along x, depth along y; m."""

    @override
    def keepouts(self) -> tuple[Box, ...]:
        return self.boxes
