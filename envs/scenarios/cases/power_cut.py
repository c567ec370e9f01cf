"""The power fails: emergency lights only."""

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from typing_extensions import override

from envs.scenarios.cases._base import Case
from envs.scenarios.cases._plan import Plan
from envs.scenarios.evidence import luma, spread
from twin.randomizers import Drawn
from twin.samplers import AnySampler, Dice, Sampler, within
from twin.scene import Light
from twin.staging import Staging

if TYPE_CHECKING:
    from envs.scenarios.evidence import Evidence

APART = 9.0
"""m between emergency lights, about."""
HEIGHT = 2.6
NIGHT = (0.02, 0.03, 0.05)
DARK, SHARE = 75.0, 0.55
"""Mean luma of a picture, of 255, below which it is dark, and the share of what it would be in the hall's light."""
PICTURES = 8
FRAMES = 2
"""So many of these are dark."""
BLACK = 2.0
"""Mean luma of a picture that shows nothing."""


class CASE(Case):
    """Daylight and lamps go out at the start or on the way; what is left comes from a few small lights."""

    min_route: ClassVar[float] = 6.0

    type: Literal["power_cut"] = "power_cut"
    after: Annotated[AnySampler, within(0, 600)] = Sampler(choice={"0": 1, "1": 1, "2": 1})
    """Seconds after the start."""
    ambient: Annotated[AnySampler, within(0, 0.5)] = Sampler(uniform=(0.02, 0.06))
    """Factor on the light from all around."""
    intensity: Annotated[AnySampler, within(0, 1)] = Sampler(uniform=(0.1, 0.3))
    """Of each emergency light."""

    @override
    def place(self, plan: Plan, dice: Dice) -> dict[str, Any] | None:
        intensity = dice.number("intensity", self.intensity)
        x0, y0, x1, y1 = plan.site.layout.bounds
        counts = [max(1, round(span / APART)) for span in (x1 - x0, y1 - y0)]
        xs, ys = (np.linspace(0, 1, 2 * n + 1)[1::2] for n in counts)
        height = min(HEIGHT, plan.site.layout.height)
        lamps = [
            Light(
                "point", (x0 + a * (x1 - x0), y0 + b * (y1 - y0), height), color=(0.75, 1.0, 0.8), intensity=intensity
            )
            for a in xs
            for b in ys
        ]
        at = dice.number("after", self.after)
        return {"at": at, "ambient": dice.number("ambient", self.ambient), "lights": [asdict(lamp) for lamp in lamps]}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        """It is night behind the windows."""
        night = tuple(
            replace(m, color=NIGHT, emission=0.0) if m.name == "window" else m for m in staging.scene.materials
        )
        return replace(staging, scene=replace(staging.scene, materials=night))

    @override
    def change(self, staging: Staging, drawn: Drawn) -> Staging:
        return staging.lit(drawn, running=True)

    @staticmethod
    @override
    def happened(evidence: "Evidence") -> bool:
        """Pictures are darker than in the hall's own light, and something is still to be seen in them."""
        views = spread(evidence.views, PICTURES)
        dark = [luma(v.rgb) < min(DARK, SHARE * luma(evidence.drawn(evidence.scene, v))) for v in views]
        return sum(dark) >= FRAMES and max(luma(v.rgb) for v in evidence.views) > BLACK
