"""Guard rails."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from factories.equipment.base import Equipment, Part
from factories.shapes import box

THICKNESS = 0.12


class Barrier(Equipment):
    """A yellow guard rail along its x axis, with a low rail that a floor vehicle's lidar sees."""

    type: Literal["barrier"] = "barrier"
    stands_for_itself: ClassVar[bool] = True
    length: Annotated[float, Field(ge=0.3, le=50)] = 2.0
    """m."""
    height: Annotated[float, Field(ge=0.3, le=2)] = 0.6
    """m."""

    @override
    def footprint(self) -> tuple[float, float]:
        return self.length, THICKNESS

    @override
    def parts(self) -> Iterable[Part]:
        posts = max(2, round(self.length / 1.5) + 1)
        width = min(0.1, self.length / 4)
        xs = [(self.length - width) * (i / (posts - 1) - 0.5) for i in range(posts)]
        rail = self.height * 0.35
        geoms = (
            *(box((width, THICKNESS, self.height), (x, 0.0, self.height / 2), "safety_yellow") for x in xs),
            *(
                box((self.length, 0.06, rail), (0.0, 0.0, z), "hazard")
                for z in (rail / 2 + 0.08, self.height - rail / 2 - 0.02)
            ),
        )
        return [Part(geoms, "barrier")]
