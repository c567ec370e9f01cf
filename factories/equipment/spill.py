"""Liquids on the floor."""

import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import override

from factories.equipment.base import Equipment, Length, Part, Seed
from twin.scene import Geom, Material, Pose, Shape

THICKNESS = 0.003
"""m; wheels roll over it without a bump."""
DROPS = 14


class Spill(Equipment):
    """A puddle, flat and slippery: a large drop with smaller ones around. Nothing is kept from standing in it."""

    type: Literal["spill"] = "spill"
    size: tuple[Length, Length] = (1.6, 1.2)
    """Length and width, m, about."""
    liquid: Literal["oil", "water", "coolant"] = "oil"
    """What has run out."""
    friction: Annotated[float, Field(ge=0.001, le=1)] = 0.06
    """Coulomb's coefficient of the wet floor; dry concrete has 0.8."""
    seed: Seed = 0
    """Varies its outline."""

    materials = (
        Material("spill_oil", (0.07, 0.055, 0.045), "", 1.0, 0.03, 0.3),
        Material("spill_water", (0.30, 0.34, 0.37), "", 1.0, 0.02, 0.2),
        Material("spill_coolant", (0.12, 0.34, 0.24), "", 1.0, 0.05, 0.2),
    )

    @override
    def parts(self) -> Iterable[Part]:
        return [Part(tuple(self._drops()), "spill", loose=True)]

    def _drops(self) -> Iterator[Geom]:
        """Discs that overlap: one in the middle, and a ragged rim."""
        rng = self.rng(self.seed)
        half_length, half_width = self.size[0] / 2, self.size[1] / 2
        core = 0.62 * min(half_length, half_width)
        yield self._drop(0.0, 0.0, core)
        for k in range(DROPS):
            angle = 2 * math.pi * (k + float(rng.uniform(-0.3, 0.3))) / DROPS
            radius = core * float(rng.uniform(0.3, 0.55))
            reach = float(rng.uniform(0.75, 1.0))
            x, y = reach * (half_length - radius) * math.cos(angle), reach * (half_width - radius) * math.sin(angle)
            yield self._drop(x, y, radius)
            yield self._drop(0.55 * x, 0.55 * y, core * 0.7)
        for _ in range(4):  # splashes
            angle, radius = float(rng.uniform(0, 2 * math.pi)), float(rng.uniform(0.02, 0.05))
            yield self._drop(half_length * math.cos(angle), half_width * math.sin(angle), radius)

    def _drop(self, x: float, y: float, radius: float) -> Geom:
        return Geom(
            Shape.CYLINDER,
            (radius, THICKNESS / 2, 0.0),
            Pose((x, y, THICKNESS / 2)),
            f"spill_{self.liquid}",
            friction=self.friction,
        )
