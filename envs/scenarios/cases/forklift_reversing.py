"""A forklift reverses towards the robot."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from typing_extensions import override

from envs.scenarios.cases._base import PREFIX, Case
from envs.scenarios.cases._cues import Cue
from envs.scenarios.cases._plan import Plan, moved, rectangle
from factories.equipment.forklift import LENGTH, WIDTH
from twin.samplers import AnySampler, Dice, Sampler, within

if TYPE_CHECKING:
    from envs.scenarios.evidence import Evidence

ROOM = 0.45
"""m around its way."""
PASSING = 1.3
"""m beside it that a robot needs."""
REVERSES = -0.25
"""m/s along its forks, at most."""
NEAR = 8.0


class CASE(Case):
    """It stands in the way or beside it, its back to the robot, and sets off backwards when that comes."""

    min_route: ClassVar[float] = 9.0

    type: Literal["forklift_reversing"] = "forklift_reversing"
    speed: Annotated[AnySampler, within(0.2, 3)] = Sampler(uniform=(0.6, 1.2))
    """m/s."""
    distance: Annotated[AnySampler, within(1, 10)] = Sampler(uniform=(2.5, 4.0))
    """m that it goes back."""
    reach: Annotated[AnySampler, within(2, 15)] = Sampler(uniform=(5.0, 7.0))
    """m between its back and the robot when it sets off."""

    @override
    def place(self, plan: Plan, dice: Dice) -> dict[str, Any] | None:
        speed, distance = dice.number("speed", self.speed), dice.number("distance", self.distance)
        reach, share, turn = dice.number("reach", self.reach), dice.uniform(), dice.uniform(-0.5, 0.5)
        for s in plan.places(share, 2.5, 0.0, 0.4):
            x, y, heading = plan.at(s)
            for aside in (0.0, 0.5, -0.5, 0.9, -0.9):
                for skew in (turn, 0.0):
                    lane = (*moved((x, y, heading), 0.0, aside), heading + skew)
                    back = moved(lane, distance / 2 - LENGTH / 2, 0.0)
                    if plan.sees(s, back) and self._fits(plan, lane, distance):
                        return self._drawn(lane, distance, reach, speed)
        return None

    @staticmethod
    def _fits(plan: Plan, lane: tuple[float, float, float], distance: float) -> bool:
        """Whether it and a robot beside it have room; ``lane``: the middle of its way."""
        length = distance + LENGTH + 2 * ROOM
        return plan.floor.free(rectangle(lane, length, WIDTH + 2 * ROOM)) and any(
            plan.floor.free(rectangle((*moved(lane, 0.0, side * PASSING / 2), lane[2]), length, WIDTH + PASSING))
            for side in (1, -1)
        )

    @staticmethod
    def _drawn(lane: tuple[float, float, float], distance: float, reach: float, speed: float) -> dict[str, Any]:
        near, far = moved(lane, -distance / 2, 0.0), moved(lane, distance / 2, 0.0)
        truck = {"type": "forklift", "name": f"{PREFIX}forklift", "at": near, "waypoints": [far], "personal_space": 0.6}
        back = moved((*far, lane[2]), -LENGTH / 2, 0.0)
        cue = Cue(f"{PREFIX}forklift", back, reach, speed, travelled=distance + 1e-3)
        return {"equipment": [truck], "movers": [cue.data()]}

    @staticmethod
    @override
    def happened(evidence: "Evidence") -> bool:
        """A forklift in sight and near goes backwards and comes nearer."""
        for truck in evidence.of_class("forklift"):
            heading = evidence.way(truck.body)[:, 2]
            velocity = evidence.velocity(truck.body)
            along = velocity[:, 0] * np.cos(heading) + velocity[:, 1] * np.sin(heading)
            towards = evidence.pose(evidence.robot)[:, :2] - evidence.pose(truck.body)[:, :2]
            nearer = np.einsum("tk,tk->t", velocity, towards) > 0
            gap = evidence.robot_gap(truck, 1)
            if ((along < REVERSES) & nearer & (gap < NEAR) & (evidence.share(truck) > 0.01)).sum() >= 2:
                return True
        return False
