"""A load that has fallen."""

import math
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from typing_extensions import override

from factories.equipment import carton, pallet
from factories.equipment.base import Equipment, Part, Seed
from twin.scene import Pose, Vec3

SPREAD = (2.4, 1.8)
"""Full extent in which the cartons lie, m."""
SIZES: tuple[Vec3, ...] = ((0.58, 0.38, 0.38), (0.38, 0.38, 0.58), (0.38, 0.58, 0.38))
"""One carton, lying on each of its sides."""
TRIES = 200


class FallenLoad(Equipment):
    """A EUR pallet askew with its cartons strewn around it, all loose."""

    type: Literal["fallen_load"] = "fallen_load"
    cartons: Annotated[int, Field(ge=1, le=12)] = 6
    """At most; fewer where they find no room."""
    seed: Seed = 0
    """Varies where they lie."""

    @override
    def footprint(self) -> tuple[float, float]:
        return SPREAD

    @override
    def parts(self) -> Iterable[Part]:
        rng = self.rng(self.seed)
        turn = float(rng.uniform(-0.5, 0.5))
        x, y = (float(v) for v in rng.uniform(-0.25, 0.25, 2))
        yield pallet.pallet_part().placed("", Pose.planar(x, y, turn))
        color = carton.any_color(rng)
        top = carton.carton_part(SIZES[int(rng.integers(3))], color)
        yield top.placed("carton_0", Pose.planar(x, y, turn + float(rng.uniform(0.3, 1.0)), pallet.HEIGHT))
        reach = math.hypot(pallet.LENGTH, pallet.WIDTH) / 2
        yield from self._strewn(rng, color, [(x, y, reach)])

    def _strewn(self, rng: np.random.Generator, color: str, taken: list[tuple[float, float, float]]) -> Iterator[Part]:
        """Cartons around what is taken: discs x, y, radius."""
        count = 0
        for _ in range(TRIES):
            size = SIZES[int(rng.integers(3))]
            reach = math.hypot(size[0], size[1]) / 2
            half = SPREAD[0] / 2 - reach, SPREAD[1] / 2 - reach
            x, y = (float(rng.uniform(-h, h)) for h in half)
            # Corners of the pallet stand out less than its disc does.
            if count == self.cartons - 1 or any(math.dist((x, y), d[:2]) < 0.86 * (reach + d[2]) for d in taken):
                continue
            count += 1
            taken.append((x, y, reach))
            yield carton.carton_part(size, color).placed(
                f"carton_{count}", Pose.planar(x, y, float(rng.uniform(-3, 3)))
            )
