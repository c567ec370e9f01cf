"""What a pallet carries: cartons, small load carriers or one large pallet box, varied by a random generator."""

from collections.abc import Iterator

import numpy as np

from factories.equipment import carton, small_load_carrier
from factories.equipment.base import Part
from twin.scene import Pose

PALLET_BOX = (1.18, 0.78)
"""Footprint of a carton that covers a whole EUR pallet."""

_HALVES = ((-0.30, 0.0), (0.30, 0.0))
_QUARTERS = ((-0.30, -0.20), (-0.30, 0.20), (0.30, -0.20), (0.30, 0.20))
"""Middles of the loads in one layer."""


def load_parts(load: str, rng: np.random.Generator, layers: int = 1, room: float = 10.0) -> Iterator[Part]:
    """Loose parts on the deck of a EUR pallet, no higher than ``room`` metres; their poses are from its middle."""
    match load:
        case "cartons":
            yield from _cartons(rng, layers, room)
        case "small_load_carriers":
            yield from _carriers(rng, layers, room)
        case "pallet_box":
            height = min((0.6, 0.8, 1.0)[int(rng.integers(3))], room)
            color = carton.any_color(rng)
            yield carton.carton_part((*PALLET_BOX, height), color, wrapped=color != "brown").placed("carton", Pose())


def _cartons(rng: np.random.Generator, layers: int, room: float) -> Iterator[Part]:
    large = rng.random() < 0.5
    size, middles = ((0.58, 0.78, 0.50), _HALVES) if large else ((0.58, 0.38, 0.38), _QUARTERS)
    box = carton.carton_part(size, carton.any_color(rng))
    for i, pose in enumerate(_layers(middles, size[2], layers, room), start=1):
        yield box.placed(f"carton_{i}", pose)


def _carriers(rng: np.random.Generator, layers: int, room: float) -> Iterator[Part]:
    carrier = small_load_carrier.small_load_carrier_part(small_load_carrier.any_color(rng))
    for i, pose in enumerate(_layers(_QUARTERS, small_load_carrier.HEIGHT, layers, room), start=1):
        yield carrier.placed(f"small_load_carrier_{i}", pose)


def _layers(middles: tuple[tuple[float, float], ...], height: float, layers: int, room: float) -> Iterator[Pose]:
    for layer in range(min(layers, int(room / height))):
        for x, y in middles:
            yield Pose((x, y, layer * height))
