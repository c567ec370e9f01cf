"""Long goods: pipes or planks on a pallet, which stick out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import override

from factories.equipment import pallet
from factories.equipment.base import Equipment, Part
from factories.shapes import ALONG_X, box, cylinder
from twin.scene import Geom, Pose

BUNDLE = 0.62
"""m, width of the bundle."""
ACROSS = 6
"""Pieces beside one another."""


class LongGoods(Equipment):
    """A bundle strapped to a stack on a pallet that stands at its back; its front end (+x) hangs free.

    From a robot's lidar nothing is seen of what hangs.
    """

    type: Literal["long_goods"] = "long_goods"
    length: Annotated[float, Field(ge=1.2, le=6)] = 3.0
    """m; of it 1.2 are above the pallet."""
    underside: Annotated[float, Field(ge=0.2, le=2)] = 0.45
    """Of what hangs, m above the floor."""
    goods: Literal["pipes", "planks"] = "pipes"
    """What it is."""

    @override
    def footprint(self) -> tuple[float, float]:
        return self.length, pallet.WIDTH

    @override
    def parts(self) -> Iterable[Part]:
        back = Pose((-(self.length - pallet.LENGTH) / 2, 0.0, 0.0))
        yield Part(tuple(self._bundle()), "long_goods", loose=True)
        yield replace(pallet.fixed_pallet_part().placed("pallet", back), loose=True)
        height = self.underside - pallet.HEIGHT
        stack = box((1.1, 0.76, height), (0.0, 0.0, pallet.HEIGHT + height / 2), "wrapped_light")
        yield Part((stack,), "carton", loose=True).placed("stack", back)

    def _bundle(self) -> Iterator[Geom]:
        size = BUNDLE / ACROSS
        for row in range(2):
            for k in range(ACROSS - row):
                y = (k - (ACROSS - row - 1) / 2) * size
                z = self.underside + (0.5 + 0.9 * row) * size
                # Ends that are not quite even.
                x = 0.04 * ((3 * k + row) % 4 - 1.5) / 1.5
                length = self.length - 0.08
                if self.goods == "pipes":
                    yield cylinder(size / 2, length, (x, y, z), "steel_galvanized", ALONG_X)
                else:
                    yield box((length, 0.97 * size, 0.9 * size), (x, y, z), "wood")
        for x in (-self.length / 2 + 0.3, -self.length / 2 + 0.9, self.length / 2 - 0.25):
            yield box((0.04, BUNDLE + 0.01, 2 * size), (x, 0.0, self.underside + size), "hazard", collides=False)
