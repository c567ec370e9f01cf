"""Belt conveyors."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import override

from factories.equipment import carton
from factories.equipment.base import Box, Equipment, Face, Part, Seed, Speed
from factories.shapes import ALONG_Y, box, cylinder
from twin.scene import Geom, Pose

BELT = 0.08
RAIL = 0.05
GUIDE = 0.09
"""How far the side guides stand above the belt."""


class Conveyor(Equipment):
    """A belt that carries what lies on it along its x axis, at working height (about 0.75 m, EN 619)."""

    type: Literal["conveyor"] = "conveyor"
    length: Annotated[float, Field(ge=0.5, le=60)] = 4.0
    """m."""
    width: Annotated[float, Field(ge=0.3, le=3)] = 0.7
    """Over the side rails, m."""
    height: Annotated[float, Field(ge=0.2, le=3)] = 0.75
    """Of the belt's surface above the floor, m."""
    speed: Speed = 0.5
    """m/s, along x."""
    cartons: Annotated[int, Field(ge=0, le=100)] = 0
    """Cartons that lie on the belt at the start, evenly spread; as many as there is room for at most."""
    end_stop: bool = True
    """A plate at the far end that what arrives stops at; without one it falls off, or goes on to the next belt."""
    seed: Seed = 0
    """Varies the cartons."""

    @override
    def footprint(self) -> tuple[float, float]:
        return self.length, self.width

    @override
    def keepouts(self) -> tuple[Box, ...]:
        """Nobody drives below the belt."""
        return self.solids()

    @override
    def faces(self) -> tuple[Face, ...]:
        """Both ends."""
        return Face(self.length / 2, 0.0, 0.0, self.width), Face(-self.length / 2, 0.0, math.pi, self.width)

    @override
    def parts(self) -> Iterable[Part]:
        yield Part(tuple(self._geoms()), "conveyor")
        rng = self.rng(self.seed)
        inside = self.width - 2 * RAIL - 0.06
        count = min(self.cartons, int((self.length - 0.2) / 0.7))
        for i in range(count):
            size = (
                float(rng.uniform(0.3, 0.5)),
                min(float(rng.uniform(0.25, 0.4)), inside),
                float(rng.uniform(0.2, 0.35)),
            )
            x = -self.length / 2 + 0.1 + (i + 0.5) * (self.length - 0.2) / count
            pose = Pose((x, 0.0, self.height))
            yield carton.carton_part(size, carton.any_color(rng)).placed(f"carton_{i + 1}", pose)

    def _geoms(self) -> Iterator[Geom]:
        length, height = self.length, self.height
        belt = (length, self.width - 2 * RAIL, BELT)
        yield replace(box(belt, (0.0, 0.0, height - BELT / 2), "belt"), surface_velocity=(self.speed, 0.0, 0.0))
        rail_height = BELT + 0.08 + GUIDE
        for side in (-1, 1):
            y = side * (self.width - RAIL) / 2
            rail = box((length, RAIL, rail_height), (0.0, y, height + GUIDE - rail_height / 2), "steel")
            yield replace(rail, friction=0.1)
        if self.end_stop:
            at = ((length - 0.03) / 2, 0.0, height + 0.06)
            yield box((0.03, belt[1], 0.12), at, "safety_yellow")
        yield from self._legs()
        drum = min(0.06, height / 4)
        yield cylinder(drum, belt[1], (-length / 2 + drum, 0.0, height - BELT - drum), "steel_dark", ALONG_Y)

    def _legs(self) -> Iterator[Geom]:
        under = self.height - BELT - 0.08
        pairs = max(2, math.ceil(self.length / 2.5) + 1)
        for i in range(pairs):
            x = (self.length - 0.2) * (i / (pairs - 1) - 0.5)
            for side in (-1, 1):
                y = side * (self.width - RAIL) / 2
                yield box((0.05, RAIL, under), (x, y, under / 2), "steel")
