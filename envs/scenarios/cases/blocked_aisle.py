"""An aisle is blocked: the robot has to find another way."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from typing_extensions import override

from envs.scenarios.cases._base import PREFIX, Case
from envs.scenarios.cases._plan import Plan, made, moved, rectangle
from twin.samplers import AnySampler, Dice, Sampler, within

if TYPE_CHECKING:
    from envs.scenarios.evidence import Evidence

LONG, SHORT = 1.24, 0.84
"""m, of pallets and stillages."""
STEP = 0.05
DETOUR = 1.5
"""m that the way around is longer, at least."""
IN_WAY = 0.5
"""m from the middle of the way."""
VISIBLE = 0.015
"""Share of a picture that these take together, once at least."""
LOADS = ("pallet_box", "cartons", "small_load_carriers")


class CASE(Case):
    """Pallets and stillages stand across the whole way, with gaps too narrow for the robot; there is a way around."""

    min_route: ClassVar[float] = 8.0

    type: Literal["blocked_aisle"] = "blocked_aisle"
    stillages: Annotated[AnySampler, within(0, 1)] = Sampler(uniform=(0.0, 0.6))
    """Share of stillages among what stands there."""
    width: Annotated[AnySampler, within(1.3, 20)] = Sampler(choice=(6.5,))
    """m of the widest aisle that is blocked."""

    @override
    def place(self, plan: Plan, dice: Dice) -> dict[str, Any] | None:
        stillages, widest = dice.number("stillages", self.stillages), dice.number("width", self.width)
        rolls = [(dice.uniform(), dice.whole(3), dice.whole(3), dice.whole(2**31)) for _ in range(12)]
        for s in plan.places(dice.uniform(), 0.8, 0.8, 0.5):
            row = self._row(plan, s, widest)
            if row is None:
                continue
            equipment = []
            for k, (at, roll) in enumerate(zip(row, rolls, strict=False)):
                yaw = (float(np.degrees(plan.at(s)[2])) + 90.0 + 180.0) % 360.0 - 180.0
                item: dict[str, Any] = {
                    "name": f"{PREFIX}block_{k}",
                    "at": at,
                    "yaw_deg": (yaw + 180.0) % 360.0 - 180.0,
                }
                if roll[0] < stillages:
                    item["type"] = "stillage"
                else:
                    item |= {"type": "pallet", "load": LOADS[roll[1]], "layers": roll[2] + 1, "seed": roll[3]}
                equipment.append(item)
            if self._blocks(plan, equipment):
                return {"equipment": equipment}
        return None

    @staticmethod
    def _row(plan: Plan, s: float, widest: float) -> list[tuple[float, float]] | None:
        """Middles of what stands across the way after ``s`` m of it."""
        x, y, heading = plan.at(s)
        if not plan.sees(s, (x, y)):
            return None
        reach = np.arange(0.0, widest, STEP)
        sides = []
        for side in (1.0, -1.0):
            line = np.array([moved((x, y, heading), 0.0, side * r) for r in reach])
            hit = np.flatnonzero(plan.site.true.is_blocked(line))
            if not len(hit):
                return None
            sides.append(float(reach[hit[0]]))
        left, right = sides
        room = left + right
        count = int(room / (LONG + 0.04))
        if room > widest or count < 1:
            return None
        gap = (room - count * LONG) / (count + 1)
        if gap > 2 * plan.site.robot.radius - 0.25:
            return None
        row = [moved((x, y, heading), 0.0, -right + gap + LONG / 2 + k * (LONG + gap)) for k in range(count)]
        fits = all(plan.floor.free(rectangle((*at, heading), SHORT, LONG)) for at in row)
        return row if fits else None

    @staticmethod
    def _blocks(plan: Plan, equipment: list[dict[str, Any]]) -> bool:
        """Whether the way on is longer with it."""
        from factories.geodesics import GeodesicField
        from factories.layout import corners
        from twin.footprints import Footprints

        boxes = np.concatenate([corners(item, item.solids()) for item in map(made, equipment)])
        grid = plan.site.true.with_blocked(Footprints.of_boxes(boxes))
        around = float(GeodesicField(grid, plan.goal, plan.site.robot.radius).distance(np.array(plan.start[:2])))
        return plan.length + DETOUR < around < np.inf

    @staticmethod
    @override
    def happened(evidence: "Evidence") -> bool:
        """What is loose makes the way longer, and what stands in it is seen."""
        from factories.geodesics import GeodesicField
        from twin.errors import PlanningError
        from twin.footprints import footprints
        from twin.occupancy import rasterized

        loads = evidence.of_class("pallet", "stillage", "carton", "small_load_carrier")
        in_way = [i for i in loads if i.loose and evidence.off_way(i) < IN_WAY]
        if not in_way or np.sum([evidence.share(i) for i in in_way], axis=0).max() < VISIBLE:
            return False
        way = float(np.hypot(*np.diff(evidence.planned, axis=0).T).sum())
        # A scene has the robot somewhere, an episode elsewhere.
        grid = rasterized(footprints(evidence.scene, without=(evidence.robot,)), 0.1)
        radius = float(np.hypot(*evidence.own.size[:2])) / 2
        try:
            around = float(GeodesicField(grid, evidence.goal, radius).distance(evidence.planned[0]))
        except PlanningError:
            return True
        return around > way + 0.5 * DETOUR
