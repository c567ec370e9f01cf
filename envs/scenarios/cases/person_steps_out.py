"""A person steps out from behind a rack into the robot's way."""

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from typing_extensions import override

from envs.scenarios.cases._base import PREFIX, Case
from envs.scenarios.cases._cues import Cue
from envs.scenarios.cases._plan import Plan, moved
from twin.samplers import AnySampler, Dice, Sampler, within
from twin.taxonomy import having

if TYPE_CHECKING:
    from envs.scenarios.evidence import Evidence

THICK = 1.0
"""m of racks that are between: one sees through less of them."""
ROOM = 0.36
"""m to each side of a person's way."""
BEYOND = 1.6
"""m that they go on behind the robot's way, at most; there they turn round."""
PACE, STARTING, FARTHEST = 1.4, 0.4, 6.0
"""m/s of a robot; seconds that a person takes to walk at full speed; m to the robot at most when they set off."""
NEAR = 4.0
"""m between robot and person at the least."""
FIELD = 0.65
"""rad off the robot's way, within which they wait."""
SHORTLY, FAR, FRAMES = 4.0, 10.0, 3
"""Who was hidden was so in so many frames, at most so many seconds before and so many m away, behind a rack ..."""
UNSEEN = 0.2
"""... and took less of the picture than this divided by the square of the distance; in full view it is 0.3."""
BESIDE = 0.7
"""m from a person's outline to the robot's way: closer is in it."""


class CASE(Case):
    """Somebody is hidden until the robot is near, and then crosses its way without looking."""

    min_route: ClassVar[float] = 8.0

    type: Literal["person_steps_out"] = "person_steps_out"
    speed: Annotated[AnySampler, within(0.5, 2.5)] = Sampler(uniform=(1.0, 1.6))
    """Of the person, m/s."""
    early: Annotated[AnySampler, within(-1, 5)] = Sampler(uniform=(0.3, 1.0))
    """Seconds that the person is in the way before a robot would be that drives on."""

    @override
    def place(self, plan: Plan, dice: Dice) -> dict[str, Any] | None:
        speed, early = dice.number("speed", self.speed), dice.number("early", self.early)
        share, first = dice.uniform(), 1 if dice.uniform() < 0.5 else -1
        for s in plan.places(share, 1.0, 0.3, 0.35):
            for side in (first, -first):
                for aside in (1.4, 1.9, 2.5):
                    for skew in (0.0, -0.6, 0.6):
                        found = self._crossing(plan, s, side * aside, skew * aside, speed, early)
                        if found is not None:
                            return self._drawn(plan, s, *found, speed)
        return None

    def _crossing(
        self, plan: Plan, s: float, left: float, ahead: float, speed: float, early: float
    ) -> tuple[tuple[float, float], tuple[float, float], float] | None:
        """Where the person waits and goes to, and how near (m) the robot is then; None where that cannot be."""
        import shapely

        pose = plan.at(s)
        if not plan.sees(s, pose[:2]):
            return None
        waits = moved(pose, ahead, left)
        seconds = math.dist(waits, pose[:2]) / speed + STARTING + early
        reach = min(FARTHEST, PACE * seconds)
        for beyond in (BEYOND, 0.9, 0.4):
            goes = moved(pose, -ahead * beyond / abs(left), -math.copysign(beyond, left))
            if plan.floor.free(shapely.LineString([waits, goes]).buffer(ROOM)):
                break
        else:
            return None
        for before in (0.0, 0.8, 1.6):
            x, y, heading = plan.at(s - reach - before)
            aside = math.remainder(math.atan2(waits[1] - y, waits[0] - x) - heading, 2 * math.pi)
            hidden = shapely.LineString([(x, y), waits]).intersection(plan.floor.tall).length
            if abs(aside) > FIELD or hidden < THICK:
                return None
        return waits, goes, reach

    @staticmethod
    def _drawn(
        plan: Plan, s: float, waits: tuple[float, float], goes: tuple[float, float], reach: float, speed: float
    ) -> dict[str, Any]:
        person = {"type": "worker", "name": f"{PREFIX}person", "at": waits, "waypoints": [goes], "yields": False}
        cue = Cue(f"{PREFIX}person", plan.at(s)[:2], reach, speed)
        return {"equipment": [person], "movers": [cue.data()]}

    @staticmethod
    @override
    def happened(evidence: "Evidence") -> bool:
        """A person who was hidden is seen in the way before the robot, and near."""
        robot = evidence.way(evidence.robot)
        for person in evidence.of_class("person"):
            gap = evidence.robot_gap(person, 1)
            place = evidence.pose(person.body)[:, :2] - robot[:, :2]
            ahead = place[:, 0] * np.cos(robot[:, 2]) + place[:, 1] * np.sin(robot[:, 2]) > 0
            seen = evidence.share(person)
            there = (gap < NEAR) & ahead & (seen > 0.01) & (_off(evidence, person.body) < BESIDE)
            hidden = _behind(evidence, person.body) & (gap < FAR) & (seen * np.maximum(gap, 1.0) ** 2 < UNSEEN)
            for first in np.flatnonzero(there)[:1]:
                recent = evidence.time[:first] > evidence.time[first] - SHORTLY
                if (hidden[:first] & recent).sum() >= FRAMES:
                    return True
        return False


def _off(evidence: "Evidence", body: str) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Metres (frames,) from somebody to the way that the robot drove or was to drive."""
    import shapely

    driven = evidence.pose(evidence.robot)[:, :2]
    ways = shapely.union_all([shapely.LineString(way) for way in (driven, evidence.planned) if len(way) > 1])
    return np.asarray(shapely.distance(shapely.points(evidence.pose(body)[:, :2]), ways))


def _behind(evidence: "Evidence", body: str) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Whether (frames,) something tall stands between the robot and somebody."""
    import shapely

    hiding = evidence.of_class(*having("hides_people"))
    tall = shapely.union_all([shapely.Polygon(evidence.outline(one)[0]) for one in hiding])
    lines = shapely.linestrings(np.stack([evidence.pose(evidence.robot)[:, :2], evidence.pose(body)[:, :2]], axis=1))
    return np.asarray(shapely.length(shapely.intersection(lines, tall)) > 0.2)
