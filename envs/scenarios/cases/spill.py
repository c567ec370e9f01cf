"""Something has run out: visible, and slippery."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from typing_extensions import override

from envs.scenarios.cases._base import PREFIX, Case
from envs.scenarios.cases._plan import Plan, moved, rectangle
from twin.samplers import AnySampler, Dice, Sampler, within, words

if TYPE_CHECKING:
    from envs.scenarios.evidence import Evidence

VISIBLE = 0.004
"""Share of a picture that it takes at least once."""


class CASE(Case):
    """A puddle of oil, water or coolant in the way."""

    type: Literal["spill"] = "spill"
    length: Annotated[AnySampler, within(0.3, 4)] = Sampler(uniform=(1.2, 2.2))
    """m along the way, about."""
    width: Annotated[AnySampler, within(0.3, 4)] = Sampler(uniform=(1.0, 1.8))
    """m across."""
    friction: Annotated[AnySampler, within(0.01, 0.8)] = Sampler(uniform=(0.03, 0.12))
    """Coulomb's coefficient."""
    liquid: Annotated[AnySampler, words("oil", "water", "coolant")] = Sampler(choice=("oil", "water", "coolant"))
    """Which one."""

    @override
    def place(self, plan: Plan, dice: Dice) -> dict[str, Any] | None:
        length, width = dice.number("length", self.length), dice.number("width", self.width)
        friction, liquid = dice.number("friction", self.friction), dice.draw("liquid", self.liquid)
        share, aside, seed = dice.uniform(), dice.uniform(-0.2, 0.2), dice.whole(2**31)
        for s in plan.places(share, length / 2, length / 2):
            x, y, heading = plan.at(s)
            if plan.sees(s, (x, y)) and plan.floor.free(rectangle((x, y, heading), length, width), walks=False):
                at = moved((x, y, heading), 0.0, aside)
                puddle = {"type": "spill", "name": f"{PREFIX}spill", "at": at, "yaw_deg": heading * 57.29578}
                puddle |= {"size": (length, width), "friction": friction, "liquid": liquid, "seed": seed}
                return {"equipment": [puddle]}
        return None

    @staticmethod
    @override
    def happened(evidence: "Evidence") -> bool:
        """A spill is seen, and the robot drives over it."""
        spills = evidence.of_class("spill")
        return any(evidence.largest_share(one) >= VISIBLE and evidence.robot_gap(one).min() <= 0.0 for one in spills)
