"""A load hangs into the way, above what the lidar sees and below the robot's top."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from typing_extensions import override

from envs.scenarios.cases._base import PREFIX, Case
from envs.scenarios.cases._plan import Plan, moved, rectangle
from factories.equipment import pallet
from twin.samplers import AnySampler, Dice, Sampler, within

if TYPE_CHECKING:
    from envs.scenarios.evidence import Evidence

WIDTH = 0.85


class CASE(Case):
    """Pipes or planks stick out of a stack beside the way, at the height of the robot's camera."""

    type: Literal["overhanging_load"] = "overhanging_load"
    underside: Annotated[AnySampler, within(0.25, 1.5)] = Sampler(uniform=(0.38, 0.48))
    """Of what hangs, m."""
    beside: Annotated[AnySampler, within(0.3, 2)] = Sampler(uniform=(0.75, 1.0))
    """m from the stack to the middle of the way."""
    beyond: Annotated[AnySampler, within(-0.2, 2)] = Sampler(uniform=(0.1, 0.5))
    """m that it reaches over that middle."""

    @override
    def place(self, plan: Plan, dice: Dice) -> dict[str, Any] | None:
        underside, beside = dice.number("underside", self.underside), dice.number("beside", self.beside)
        beyond, share = dice.number("beyond", self.beyond), dice.uniform()
        first, goods = (1 if dice.uniform() < 0.5 else -1), ("pipes", "planks")[dice.whole(2)]
        length = pallet.LENGTH + beside + beyond
        for s in plan.places(share, 0.6, 0.6):
            for side in (first, -first):
                pose = plan.at(s)
                at = moved(pose, 0.0, side * (length / 2 - beyond))
                heading = pose[2] - side * np.pi / 2
                if plan.sees(s, pose[:2]) and plan.floor.free(rectangle((*at, heading), length + 0.2, WIDTH)):
                    turned = (float(np.degrees(heading)) + 180.0) % 360.0 - 180.0
                    item = {"type": "long_goods", "name": f"{PREFIX}goods", "at": at, "yaw_deg": turned}
                    return {"equipment": [{**item, "length": length, "underside": underside, "goods": goods}]}
        return None

    @staticmethod
    @override
    def happened(evidence: "Evidence") -> bool:
        """Something loose hangs over the way, above the lidar and below the robot's top, and is seen."""
        for one in evidence.of_class("long_goods", "pallet", "carton", "stillage"):
            hangs = evidence.lidar_top() < evidence.underside(one) < evidence.top
            if hangs and evidence.largest_share(one) > 5e-3 and evidence.off_way(one) < evidence.own.size[1] / 2:
                return True
        return False
