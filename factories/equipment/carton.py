"""Cartons of corrugated board."""

import zlib
from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field
from typing_extensions import override

from factories.equipment.base import Equipment, Mass, Part
from factories.materials import CARDBOARD_COLORS, CARTON_PRINTS
from twin.scene import Geom, Motion, Pose, Shape, Vec3

COLORS = tuple(CARDBOARD_COLORS)
DENSITY = 90.0
"""kg per cubic metre of a packed parcel."""
FRICTION = 0.5

Size = tuple[
    Annotated[float, Field(gt=0.02, le=2)],
    Annotated[float, Field(gt=0.02, le=2)],
    Annotated[float, Field(gt=0.02, le=2)],
]


def carton_part(size: Vec3, color: str, mass: float | None = None, wrapped: bool = False) -> Part:
    """A loose carton whose frame is the middle of its underside; its mass follows from its volume unless given.

    Cartons of one size carry the same print. Wrapped ones, light
    or white, are a stack of cartons in stretch film, in one piece.
    """
    material = f"wrapped_{color}" if wrapped else f"cardboard_{color}_{zlib.crc32(repr(size).encode()) % CARTON_PRINTS}"
    half = (size[0] / 2, size[1] / 2, size[2] / 2)
    geom = Geom(Shape.BOX, half, Pose((0.0, 0.0, half[2])), material, friction=FRICTION)
    kilograms = mass or DENSITY * size[0] * size[1] * size[2]
    return Part((geom,), "carton", motion=Motion.FREE, mass=kilograms, loose=True)


def any_color(rng: np.random.Generator) -> str:
    """Some colour of board."""
    return COLORS[int(rng.integers(len(COLORS)))]


class Carton(Equipment):
    """A loose carton. The default footprint is the 600 x 400 mm module of ISO 3394."""

    type: Literal["carton"] = "carton"
    stands_for_itself: ClassVar[bool] = True
    size: Size = (0.6, 0.4, 0.4)
    """Length, width, height, m."""
    mass: Mass | None = None
    """kg; about that of packed parcels of its volume when left out."""
    color: Literal["brown", "light", "white"] = "brown"
    """Of the board."""

    @override
    def footprint(self) -> tuple[float, float]:
        return self.size[0], self.size[1]

    @override
    def parts(self) -> Iterable[Part]:
        return [carton_part(self.size, self.color, self.mass)]
