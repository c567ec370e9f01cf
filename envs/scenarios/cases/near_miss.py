"""Two vehicles pass each other by a hand's breadth, before the robot."""

from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from typing_extensions import override

from envs.scenarios.cases._base import PREFIX, Case
from envs.scenarios.cases._cues import Cue
from envs.scenarios.cases._plan import Plan, made, moved, rectangle
from twin.samplers import AnySampler, Dice, Sampler, within, words

if TYPE_CHECKING:
    from envs.scenarios.evidence import Evidence

SIZES = {kind: made({"type": kind, "at": (0.0, 0.0)}).footprint() for kind in ("forklift", "mobile_robot")}
"""Lengths and widths, m."""
ROOM = 0.4
"""m around their ways."""
CLOSE = 0.5
"""m between two vehicles ..."""
FAST = 0.8
"""... that pass at so many m/s at least."""


class CASE(Case):
    """They come from both sides and cross the robot's way at the same time, on lanes too near to each other."""

    min_route: ClassVar[float] = 9.0

    type: Literal["near_miss"] = "near_miss"
    first: Annotated[AnySampler, words(*SIZES)] = Sampler(choice=("forklift", "mobile_robot"))
    """Kind of the one, ..."""
    second: Annotated[AnySampler, words(*SIZES)] = Sampler(choice=("mobile_robot",))
    """... and of the other vehicle."""
    gap: Annotated[AnySampler, within(0.1, 0.5)] = Sampler(uniform=(0.2, 0.35))
    """m between them."""
    speed: Annotated[AnySampler, within(0.5, 2)] = Sampler(uniform=(0.8, 1.2))
    """Of each, m/s."""
    distance: Annotated[AnySampler, within(2, 20)] = Sampler(uniform=(4.5, 6.0))
    """m that each of them goes."""

    @override
    def place(self, plan: Plan, dice: Dice) -> dict[str, Any] | None:
        drawn_kinds = str(dice.draw("first", self.first)), str(dice.draw("second", self.second))
        gap, speed = dice.number("gap", self.gap), dice.number("speed", self.speed)
        distance, share, turn = dice.number("distance", self.distance), dice.uniform(), dice.uniform(-0.4, 0.4)
        for kinds in (drawn_kinds, ("mobile_robot", "mobile_robot")):
            length = distance + max(SIZES[kind][0] for kind in kinds) + 2 * ROOM
            width = sum(SIZES[kind][1] for kind in kinds) + gap + 2 * ROOM
            for s in plan.places(share, 3.0, 0.0, 0.5):
                x, y, heading = plan.at(s)
                for angle in (np.pi / 2 + turn, -np.pi / 2 + turn, turn + 0.9, turn - 0.9):
                    middle = (x, y, heading + angle)
                    if plan.sees(s, (x, y)) and plan.floor.free(rectangle(middle, length, width)):
                        return self._drawn(middle, kinds, gap, speed, distance)
        return None

    @staticmethod
    def _drawn(
        middle: tuple[float, float, float], kinds: tuple[str, str], gap: float, speed: float, distance: float
    ) -> dict[str, Any]:
        equipment, movers = [], []
        first, second = (SIZES[kind][1] for kind in kinds)
        total = first + second + gap
        offsets = (total / 2 - first / 2, -total / 2 + second / 2)
        for k, (kind, aside) in enumerate(zip(kinds, offsets, strict=True)):
            way = 1 if k == 0 else -1
            begin, end = (moved(middle, way * side * distance / 2, aside) for side in (-1, 1))
            name = f"{PREFIX}vehicle_{k}"
            equipment.append(
                {"type": kind, "name": name, "at": begin, "waypoints": [end], "personal_space": 0.0, "yields": True}
            )
            movers.append(Cue(name, (middle[0], middle[1]), 6.5, speed).data())
        return {"equipment": equipment, "movers": movers}

    @staticmethod
    @override
    def happened(evidence: "Evidence") -> bool:
        """Two vehicles pass each other closely and fast without touching, and both are seen then."""
        vehicles = evidence.of_class("forklift", "robot", "pallet_truck")
        for one, other in combinations(vehicles, 2):
            gap = evidence.gap(one, other)
            passing = np.hypot(*(evidence.velocity(one.body) - evidence.velocity(other.body)).T) > FAST
            seen = np.maximum(evidence.share(one), evidence.share(other)) > 0.004
            least = evidence.gap(one, other, 5).min()
            if 0.0 < least < CLOSE and ((gap < 1.0) & passing & seen).any():
                return True
        return False
