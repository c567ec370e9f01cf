"""Manual workstations."""

import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import override

from factories.equipment import small_load_carrier
from factories.equipment.base import Box, Equipment, Face, Part, Seed
from factories.shapes import CROSSWISE, box
from twin.scene import Geom, Pose


class Workstation(Equipment):
    """A work bench with a tool board, a screen, a lamp and carriers on it; the worker stands on its -y side.

    Table height 0.9 m as for standing work (EN ISO 14738).
    """

    type: Literal["workstation"] = "workstation"
    length: Annotated[float, Field(ge=1.2, le=4)] = 1.8
    """m."""
    depth: Annotated[float, Field(ge=0.7, le=1.5)] = 0.8
    """m."""
    height: Annotated[float, Field(ge=0.6, le=1.3)] = 0.9
    """Of the table, m."""
    carriers: Annotated[int, Field(ge=0, le=3)] = 2
    """Small load carriers on the table."""
    seed: Seed = 0
    """Varies their colours."""

    @override
    def footprint(self) -> tuple[float, float]:
        return self.length, self.depth

    @override
    def keepouts(self) -> tuple[Box, ...]:
        """Nobody drives below the table."""
        return self.solids()

    @override
    def faces(self) -> tuple[Face, ...]:
        return (Face(0.0, -self.depth / 2, -math.pi / 2, self.length),)

    @override
    def parts(self) -> Iterable[Part]:
        yield Part(tuple(self._geoms()), "workstation")
        rng = self.rng(self.seed)
        fits = int(self.length / 0.42) - 1
        for i in range(min(self.carriers, fits)):
            pose = Pose((-self.length / 2 + 0.24 + i * 0.42, self.depth / 2 - 0.36, self.height), CROSSWISE)
            part = small_load_carrier.fixed_carrier_part(small_load_carrier.any_color(rng))
            yield part.placed(f"small_load_carrier_{i + 1}", pose)

    def _geoms(self) -> Iterator[Geom]:
        x, y = (self.length - 0.06) / 2, (self.depth - 0.06) / 2
        top = 0.04
        yield box((self.length, self.depth, top), (0.0, 0.0, self.height - top / 2), "wood")
        for sx in (-x, x):
            for sy in (-y, y):
                yield box((0.06, 0.06, self.height - top), (sx, sy, (self.height - top) / 2), "steel_dark")
        yield box((0.45, self.depth - 0.1, 0.5), (x - 0.25, 0.0, 0.45), "machine_white")
        board = self.height + 0.35
        yield box((self.length, 0.03, 0.7), (0.0, self.depth / 2 - 0.015, board), "tool_board")
        yield box((0.5, 0.04, 0.3), (x - 0.3, self.depth / 2 - 0.08, self.height + 0.38), "screen")
        yield box((self.length, 0.12, 0.05), (0.0, self.depth / 2 - 0.1, self.height + 0.78), "steel")
