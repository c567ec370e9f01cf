"""Pallet racks and shelving."""

import math
from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal, TypeAlias

import numpy as np
from pydantic import Field, model_validator
from typing_extensions import override

from factories.equipment import carton, pallet, small_load_carrier
from factories.equipment.base import Box, Equipment, Face, Part, Seed, Sign
from factories.loads import load_parts
from factories.shapes import CROSSWISE, PLATE, bar, box, plate
from twin.scene import Geom, Pose

LevelLoad: TypeAlias = Literal["pallets", "cartons", "small_load_carriers", "none"]

UPRIGHT = 0.10
BEAM_HEIGHT, BEAM_DEPTH = 0.12, 0.05
BOARD = 0.02
CLEARANCE = 0.075
"""Between unit loads and uprights (EN 15620, class 400)."""

_PALLET_LOADS = ("none", "cartons", "pallet_box", "pallet_box", "pallet_box", "small_load_carriers")


def length_of(bays: int, bay_width: float) -> float:
    """Of a rack over all its uprights, m."""
    return bays * (bay_width + UPRIGHT) + UPRIGHT


class Rack(Equipment):
    """A rack of ``bays`` along its x axis, loaded from both sides. The lowest level is the floor.

    A bay of 2.7 m takes three EUR pallets, their short side to the aisle (adjustable pallet racking, EN 15512;
    clearances of EN 15620). It is a shelf for small load carriers with ``bay_width: 1.3, depth: 0.6,
    level_height: 0.5``.
    """

    type: Literal["rack"] = "rack"
    hides_people: ClassVar[bool] = True
    bays: Annotated[int, Field(ge=1, le=40)] = 3
    """Number of bays side by side."""
    levels: Annotated[int, Field(ge=1, le=12)] = 3
    """Number of storage levels, the floor being the first."""
    bay_width: Annotated[float, Field(ge=0.5, le=5)] = 2.7
    """Clear width between uprights, m."""
    depth: Annotated[float, Field(ge=0.3, le=3)] = 1.1
    """Of the frames, m; pallets stand out 50 mm on both sides."""
    level_height: Annotated[float, Field(ge=0.3, le=5)] = 1.7
    """From one storage level to the next, m."""
    loads: Annotated[tuple[LevelLoad, ...], Field(min_length=1, max_length=12)] = ("pallets",)
    """What each level carries, the lowest first; the last one goes for the levels above."""
    fill: Annotated[float, Field(ge=0, le=1)] = 0.7
    """Share of the places that are taken."""
    seed: Seed = 0
    """Varies what stands where."""

    sign: Sign = ""
    """At both its ends; where left out, the number at the end of its name, as in ``R12``."""

    @model_validator(mode="after")
    def _check_room(self) -> "Rack":
        """Pallets that would not fit are a mistake, not an empty rack."""
        if "pallets" in self.loads[: self.levels]:
            for key, least in (("depth", 1.0), ("bay_width", 0.95), ("level_height", 0.5)):
                if getattr(self, key) < least:
                    raise ValueError(f"a rack for pallets needs a {key} of at least {least} m")
        return self

    @override
    def footprint(self) -> tuple[float, float]:
        carries_pallets = "pallets" in self.loads[: self.levels]
        return self._length, max(self.depth, pallet.LENGTH) if carries_pallets else self.depth

    @override
    def faces(self) -> tuple[Face, ...]:
        """Both long sides."""
        length, depth = self.footprint()
        return tuple(Face(0.0, side * depth / 2, side * math.pi / 2, length) for side in (-1, 1))

    @override
    def keepouts(self) -> tuple[Box, ...]:
        """Nobody drives below the beams."""
        return self.solids()

    @property
    @override
    def sign_text(self) -> str:
        return self.sign or (f"R{self.number}" if self.number else "")

    @override
    def parts(self) -> Iterable[Part]:
        yield Part(tuple(self._frame()), "rack")
        rng = self.rng(self.seed)
        for level in range(self.levels):
            for bay in range(self.bays):
                yield from self._bay(level, bay, rng)

    @property
    def _length(self) -> float:
        return length_of(self.bays, self.bay_width)

    def _load(self, level: int) -> LevelLoad:
        return self.loads[min(level, len(self.loads) - 1)]

    def _frame(self) -> Iterator[Geom]:
        height = (self.levels - 1) * self.level_height + min(0.5, self.level_height / 2)
        y = (self.depth - UPRIGHT) / 2
        for i in range(self.bays + 1):
            x = (UPRIGHT - self._length) / 2 + i * (self.bay_width + UPRIGHT)
            for side in (-y, y):
                yield box((UPRIGHT, UPRIGHT, height), (x, side, height / 2), "rack_blue")
            yield bar((x, -y, 0.2), (x, y, max(height - 0.1, 0.3)), 0.03, "rack_brace")
        for level in range(1, self.levels):
            z = level * self.level_height
            raised = 0.0 if self._load(level) == "pallets" else BOARD
            for side in (-1, 1):
                at = (0.0, side * (self.depth - BEAM_DEPTH) / 2, z - BEAM_HEIGHT / 2 - raised)
                yield box((self._length - 2 * UPRIGHT, BEAM_DEPTH, BEAM_HEIGHT), at, "rack_orange")
            if raised:
                yield box((self._length, self.depth, BOARD), (0.0, 0.0, z - BOARD / 2), "steel_galvanized")
        yield from self._ends(height)

    def _ends(self, height: float) -> Iterator[Geom]:
        """Guards around the lowest half metre of the corner posts, and the aisle's signs."""
        x, y = (self._length - UPRIGHT) / 2, (self.depth - UPRIGHT) / 2
        guard = min(0.5, height)
        for at_x, at_y in ((-x, -y), (-x, y), (x, -y), (x, y)):
            thick = UPRIGHT + PLATE
            yield box((thick, thick, guard), (at_x, at_y, guard / 2), "hazard", collides=False)
        text = self.sign_text
        side = min(0.6 * self.depth, 0.6, 0.4 * height)
        for at_x in (-self._length / 2, self._length / 2) if text else ():
            yield plate(f"sign:{text}", side, side, (at_x, 0.0, min(0.75 * height, 2.2)), "x")

    def _bay(self, level: int, bay: int, rng: np.random.Generator) -> Iterator[Part]:
        middle = (bay - (self.bays - 1) / 2) * (self.bay_width + UPRIGHT)
        z = level * self.level_height
        name = f"level_{level + 1}_bay_{bay + 1}"
        match self._load(level):
            case "pallets":
                yield from self._pallets(name, middle, z, rng)
            case "cartons":
                yield from self._cartons(name, middle, z, rng)
            case "small_load_carriers":
                yield from self._carriers(name, middle, z, rng)

    @property
    def _room(self) -> float:
        """Height of what fits between two levels."""
        return self.level_height - BEAM_HEIGHT - BOARD - CLEARANCE

    def _places(self, middle: float, width: float, depth: float) -> Iterator[tuple[float, float]]:
        """Middles of as many loads of this size as fit into a bay, evenly spread."""
        columns = int((self.bay_width - CLEARANCE) / (width + CLEARANCE / 2))
        rows = max(1, int(self.depth / depth)) if self.depth >= depth - 0.11 else 0
        for column in range(columns):
            for row in range(rows):
                x = middle + (column - (columns - 1) / 2) * self.bay_width / columns
                yield x, (row - (rows - 1) / 2) * self.depth / rows

    def _pallets(self, name: str, middle: float, z: float, rng: np.random.Generator) -> Iterator[Part]:
        room = self._room - pallet.HEIGHT
        for i, (x, y) in enumerate(self._places(middle, pallet.WIDTH, pallet.LENGTH), start=1):
            if rng.random() >= self.fill or room < 0:
                continue
            label = f"{name}_pallet_{i}"
            yield pallet.fixed_pallet_part().placed(label, Pose((x, y, z), CROSSWISE))
            deck = Pose((x, y, z + pallet.HEIGHT), CROSSWISE)
            load = _PALLET_LOADS[int(rng.integers(len(_PALLET_LOADS)))]
            for part in load_parts(load, rng, layers=int(rng.integers(1, 3)), room=room):
                yield part.placed(f"{label}_{part.name}", deck).fixed()

    def _cartons(self, name: str, middle: float, z: float, rng: np.random.Generator) -> Iterator[Part]:
        for i, (x, y) in enumerate(self._places(middle, 0.5, 0.6), start=1):
            size = (float(rng.uniform(0.35, 0.5)), float(rng.uniform(0.4, 0.58)), float(rng.uniform(0.2, 0.45)))
            part = carton.carton_part(size, carton.any_color(rng)).fixed()
            if rng.random() < self.fill and size[2] < self._room:
                yield part.placed(f"{name}_carton_{i}", Pose((x, y, z)))

    def _carriers(self, name: str, middle: float, z: float, rng: np.random.Generator) -> Iterator[Part]:
        places = self._places(middle, small_load_carrier.WIDTH, small_load_carrier.LENGTH)
        for i, (x, y) in enumerate(places, start=1):
            part = small_load_carrier.fixed_carrier_part(small_load_carrier.any_color(rng))
            if rng.random() < self.fill and self._room > small_load_carrier.HEIGHT:
                yield part.placed(f"{name}_small_load_carrier_{i}", Pose((x, y, z), CROSSWISE))
