"""Small load carriers: the stackable plastic boxes (KLT) of the car industry."""

from collections.abc import Iterable
from typing import ClassVar, Literal

import numpy as np
from typing_extensions import override

from factories.equipment.base import Equipment, Mass, Part
from factories.materials import CARRIER_COLORS
from factories.shapes import collider, mesh, mesh_of_boxes
from twin.scene import Motion

LENGTH, WIDTH, HEIGHT = 0.594, 0.396, 0.280
"""R-KLT 6428 of VDA 4500: nominal 600 x 400 x 280 mm."""
MASS = 8.0
COLORS = tuple(CARRIER_COLORS)
MESH = "small_load_carrier"


def _open_box() -> list[tuple[tuple[float, float, float], tuple[float, float, float]]]:
    x, y, t, rim = LENGTH / 2, WIDTH / 2, 0.012, 0.03
    inner = 0.012  # the walls stand back from the rim
    return [
        ((-x + inner, -y + inner, 0.0), (x - inner, y - inner, 0.02)),
        ((-x + inner, -y + inner, 0.0), (-x + inner + t, y - inner, HEIGHT)),
        ((x - inner - t, -y + inner, 0.0), (x - inner, y - inner, HEIGHT)),
        ((-x + inner, -y + inner, 0.0), (x - inner, -y + inner + t, HEIGHT)),
        ((-x + inner, y - inner - t, 0.0), (x - inner, y - inner, HEIGHT)),
        ((-x, -y, HEIGHT - rim), (-x + 2 * inner, y, HEIGHT)),
        ((x - 2 * inner, -y, HEIGHT - rim), (x, y, HEIGHT)),
        ((-x, -y, HEIGHT - rim), (x, -y + 2 * inner, HEIGHT)),
        ((-x, y - 2 * inner, HEIGHT - rim), (x, y, HEIGHT)),
    ]


def small_load_carrier_part(color: str, mass: float = MASS) -> Part:
    """A loose carrier whose frame is the middle of its underside."""
    hull = collider((LENGTH, WIDTH, HEIGHT), (0.0, 0.0, HEIGHT / 2), friction=0.5)
    geoms = (mesh(MESH, f"carrier_{color}"), hull)
    return Part(geoms, "small_load_carrier", motion=Motion.FREE, mass=mass, loose=True)


def fixed_carrier_part(color: str) -> Part:
    """An immovable carrier, simpler."""
    return Part((mesh(MESH, f"carrier_{color}", collides=True),), "small_load_carrier")


def any_color(rng: np.random.Generator) -> str:
    """Some colour of carriers."""
    return COLORS[int(rng.integers(len(COLORS)))]


class SmallLoadCarrier(Equipment):
    """A loose open plastic box, 594 x 396 x 280 mm (R-KLT 6428, VDA 4500)."""

    type: Literal["small_load_carrier"] = "small_load_carrier"
    stands_for_itself: ClassVar[bool] = True
    color: Literal["blue", "grey", "red"] = "blue"
    """Of the plastic."""
    mass: Mass = MASS
    """kg with its contents; empty 2.5 kg, at most 20 kg."""

    meshes = (mesh_of_boxes(MESH, _open_box()),)

    @override
    def footprint(self) -> tuple[float, float]:
        return LENGTH, WIDTH

    @override
    def parts(self) -> Iterable[Part]:
        return [small_load_carrier_part(self.color, self.mass)]
