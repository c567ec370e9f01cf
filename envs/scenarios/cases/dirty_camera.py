"""The camera's lens is dirty."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from typing_extensions import override

from envs.scenarios.cases._base import Case
from envs.scenarios.cases._plan import Plan
from twin.look import Filter
from twin.randomizers import Drawn
from twin.samplers import AnySampler, Dice, Sampler, within
from twin.staging import Staging

if TYPE_CHECKING:
    from envs.scenarios.evidence import Evidence

PICTURES = 5
"""So many are looked at."""
CHANGED = 24
"""Of 255, by which a pixel differs from what a clean camera sees."""
SHARE = 0.04
"""Of the picture that differs in all of them."""


class CASE(Case):
    """Dust and drops hide much of every picture, at the same places."""

    type: Literal["dirty_camera"] = "dirty_camera"
    amount: Annotated[AnySampler, within(0.02, 1)] = Sampler(uniform=(0.25, 0.6))
    """Share of the picture that is covered, nearly."""
    opacity: Annotated[AnySampler, within(0.1, 1)] = Sampler(uniform=(0.7, 0.95))
    """How much of the light is lost there."""

    @override
    def place(self, plan: Plan, dice: Dice) -> dict[str, Any] | None:
        amount, opacity = dice.number("amount", self.amount), dice.number("opacity", self.opacity)
        return {"dirt": {"amount": amount, "opacity": opacity, "pattern": dice.whole(2**31)}}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        given: Any = drawn
        filters = (Filter("dirt", given["dirt"]), *staging.look.filters)
        return replace(staging, look=replace(staging.look, filters=filters))

    @staticmethod
    @override
    def happened(evidence: "Evidence") -> bool:
        """The same pixels differ in all pictures from what a clean camera would see."""
        views = [evidence.views[k] for k in np.linspace(0, len(evidence.views) - 1, PICTURES).astype(int)]
        off = [np.abs(v.rgb.astype(int) - evidence.drawn(evidence.scene, v)).max(axis=-1) for v in views]
        return bool((np.median(off, axis=0) > CHANGED).mean() > SHARE)
