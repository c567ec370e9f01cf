"""A load has fallen into the aisle."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from typing_extensions import override

from envs.scenarios.cases._base import PREFIX, Case
from envs.scenarios.cases._plan import Plan, moved, rectangle
from factories.equipment.fallen_load import SPREAD
from twin.samplers import AnySampler, Dice, Sampler, counting

if TYPE_CHECKING:
    from envs.scenarios.evidence import Evidence

PIECES = 2
"""Cartons on the floor at least."""
IN_WAY = 1.0
"""m from its middle."""
VISIBLE = 0.006
"""Share of a picture that the cartons take together, once at least."""
LYING = 0.05
"""m above the floor at most."""
TOGETHER = 3.0
"""m from a pallet on the floor."""


class CASE(Case):
    """A pallet and its cartons lie in the way; there may be room to get by."""

    type: Literal["fallen_load"] = "fallen_load"
    cartons: Annotated[AnySampler, counting(1, 12)] = Sampler(uniform=(5, 9))
    """How many, about."""

    @override
    def place(self, plan: Plan, dice: Dice) -> dict[str, Any] | None:
        cartons, seed = dice.count("cartons", self.cartons), dice.whole(2**31)
        share, aside = dice.uniform(), dice.uniform(-0.5, 0.5)
        for s in plan.places(share, 1.5, 1.5):
            x, y, heading = plan.at(s)
            for shift in (aside, -aside, 0.0):
                at = moved((x, y, heading), 0.0, shift)
                if plan.sees(s, at) and plan.floor.free(rectangle((*at, heading), *SPREAD)):
                    degrees = float(np.degrees(heading))
                    load = {"type": "fallen_load", "name": f"{PREFIX}load", "at": at, "yaw_deg": degrees}
                    return {"equipment": [{**load, "cartons": cartons, "seed": seed}]}
        return None

    @staticmethod
    @override
    def happened(evidence: "Evidence") -> bool:
        """Cartons lie on the floor by a pallet, in the way, and the heap is seen."""
        pallets = [one for one in evidence.of_class("pallet") if evidence.underside(one) < LYING]
        cartons = [one for one in evidence.of_class("carton") if evidence.off_way(one) < IN_WAY]
        load = [one for one in cartons if any(evidence.gap(one, pallet)[0] < TOGETHER for pallet in pallets)]
        seen = np.sum([evidence.share(one) for one in load], axis=0)
        return sum(evidence.underside(one) < LYING for one in load) >= PIECES and bool(np.max(seen) > VISIBLE)
