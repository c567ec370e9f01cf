"""Where a case can be: an episode's way through a hall, and the floor beside it."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from twin.errors import InputError, PlanningError
from twin.geometry import FloatArray
from twin.per_object import per_object

if TYPE_CHECKING:
    from envs.goals import Goals
    from envs.sites import Site
    from factories.equipment import Equipment

FROM_START, FROM_GOAL = 3.0, 1.2
"""Metres of the way before a case, to get going and see it, and behind it."""
SEEN_FROM = (2.2, 3.0)
"""Metres before something from which it should be seen ..."""
FIELD = 0.5
"""... within so many rad of where a robot is going."""
LOOKING_ASIDE = 0.4
"""rad off its way that a robot looks at the start, at most."""
PREDICTED = 0.1
"""Metres by which something loose may stand nearer to the planned way than the robot's radius."""
TRIES = 40


@dataclass(frozen=True, eq=False)
class Setting:
    """What a case is drawn for: a site, how the task draws its episodes, and what the caller fixed of them."""

    site: "Site"
    goals: "Goals | None" = None
    """None for a task whose ends a case has no say in."""
    options: Mapping[str, Any] = field(default_factory=dict)

    def plan(self, rng: np.random.Generator, min_route: float) -> "Plan":
        """An episode's way that a robot can drive as planned, at least so long where the hall has one.

        Raises ``PlanningError`` where none is found, ``InputError`` for a task that goes from dock to dock.
        """
        from envs.episodes import between_places
        from envs.goals import FreePlaces
        from twin.patrols import Patrols

        goals = self.goals if self.goals is not None else FreePlaces()
        if not isinstance(goals, FreePlaces):
            raise InputError("this case lies in the way from one free place to another, and the task has other ways")
        longer = replace(
            goals,
            min_distance=max(goals.min_distance, min_route),
            max_distance=max(goals.max_distance, min_route + 5.0),
        )
        patrols = Patrols(self.site.scene)
        for _ in range(TRIES):
            episode = between_places(self.site, patrols, longer, rng, self.options)
            route = episode.field.route(np.array(episode.start[:2]))
            leg = route[min(1, len(route) - 1)] - route[0]
            heading = math.atan2(leg[1], leg[0]) + float(rng.uniform(-LOOKING_ASIDE, LOOKING_ASIDE))
            start = episode.start if "start" in self.options else (*episode.start[:2], heading)
            plan = Plan(self.site, start, episode.goal, route)
            if plan.as_planned:
                return plan
        raise PlanningError(f"layout '{self.site.layout.name}': something stands in every way")


@dataclass(frozen=True, eq=False)
class Plan:
    """The way (n, 2) of one episode, by the known map."""

    site: "Site"
    start: tuple[float, float, float]
    goal: tuple[float, float]
    route: FloatArray

    @property
    def ends(self) -> dict[str, Any]:
        """Where it starts and ends, as plain data."""
        return {"start": [float(v) for v in self.start], "goal": [float(v) for v in self.goal]}

    @cached_property
    def length(self) -> float:
        """Of the way, m."""
        return float(np.hypot(*np.diff(self.route, axis=0).T).sum())

    @cached_property
    def floor(self) -> "Floor":
        """What stands beside it."""
        return floor(self.site)

    @cached_property
    def as_planned(self) -> bool:
        """Whether nothing loose stands in it, so that a robot will go there."""
        points = np.array([self.at(s)[:2] for s in np.arange(0.0, self.length, 0.1)])
        near = self.site.true.inflated(self.site.robot.radius - PREDICTED)
        return not near.is_blocked(points).any()

    def at(self, s: float) -> tuple[float, float, float]:
        """x, y (m) and heading (rad) after ``s`` m of the way."""
        left = min(max(s, 0.0), self.length)
        for a, b in zip(self.route[:-1], self.route[1:], strict=True):
            span = float(np.hypot(*(b - a)))
            if span > 0.0 and left <= span + 1e-9:
                x, y = a + (b - a) * left / span
                return float(x), float(y), math.atan2(b[1] - a[1], b[0] - a[0])
            left -= span
        (ax, ay), (x, y) = self.route[-2:]
        return float(x), float(y), math.atan2(y - ay, x - ax)

    def beside(self, s: float, ahead: float, left: float) -> tuple[float, float]:
        """The point so many metres ahead and to the left of the way after ``s`` m of it."""
        return moved(self.at(s), ahead, left)

    def sees(self, s: float, xy: Sequence[float]) -> bool:
        """Whether a robot on the way has a point before it, with nothing tall between, before it is ``s`` m along."""
        import shapely

        for before in SEEN_FROM:
            x, y, heading = self.at(s - before)
            off = math.atan2(xy[1] - y, xy[0] - x) - heading
            if abs(math.remainder(off, 2 * math.pi)) > FIELD or shapely.LineString([(x, y), xy]).intersects(
                self.floor.tall
            ):
                return False
        return True

    def places(self, share: float, before: float = 0.0, after: float = 0.0, step: float = 0.25) -> Iterator[float]:
        """Lengths of the way where something may be, from a ``share`` of it on and round again.

        ``before`` and ``after``: metres of the way that it needs besides those to start and to end in.
        """
        low, high = FROM_START + before, self.length - FROM_GOAL - after
        count = int((high - low) / step) + 1 if high > low else 0
        first = int(share * count)
        return (low + (first + k) % count * step for k in range(count))

    def leaves_room(self, equipment: Iterable[Mapping[str, Any]]) -> bool:
        """Whether the robot can still stand at both ends, and get from one to the other."""
        from factories.layout import corners
        from twin.footprints import Footprints

        boxes = [corners(item, item.solids()) for item in map(made, equipment) if item.patrol() is None]
        if not sum(map(len, boxes)):
            return True
        free = self.blocked_by(Footprints.of_boxes(np.concatenate(boxes)))
        ends = np.array([self.start[:2], self.goal])
        return bool(self.site.true.look_up(free, ends, outside=False).all())

    def blocked_by(self, footprints: Any) -> Any:
        """Cells where the robot can be with more on the floor, as ``Site.free``."""
        from envs.sites import MARGIN

        return self.site.true.with_blocked(footprints).inflated(self.site.robot.radius + MARGIN).largest_free()


def moved(pose: Sequence[float], ahead: float, left: float) -> tuple[float, float]:
    """The point so many metres ahead and to the left of x, y, heading."""
    x, y, heading = pose
    c, s = math.cos(heading), math.sin(heading)
    return x + c * ahead - s * left, y + s * ahead + c * left


def made(data: Mapping[str, Any]) -> "Equipment":
    """Equipment as layouts write it."""
    from factories.equipment import kinds

    return kinds()[data["type"]].model_validate(dict(data))


def rectangle(pose: Sequence[float], length: float, width: float) -> Any:
    """A shapely polygon about x, y, heading."""
    import shapely

    half_length, half_width = length / 2, width / 2
    ends = ((half_length, half_width), (-half_length, half_width), (-half_length, -half_width))
    return shapely.Polygon([moved(pose, *end) for end in (*ends, (half_length, -half_width))])


class Floor:
    """What stands on a floor and who goes where, as shapely's polygons."""

    def __init__(self, site: "Site") -> None:
        import shapely

        from factories.layout import corners
        from factories.walks import walked

        layout = site.layout
        outlines = [
            (item, shapely.polygons(corners(item, (*item.solids(), *item.keepouts()))))
            for item in layout.equipment
            if item.patrol() is None
        ]
        flat = [shape for _, shapes in outlines for shape in shapes]
        self._hall = shapely.box(*layout.bounds)
        self._solids = shapely.STRtree(flat)
        self._walks = shapely.STRtree([leg for item in layout.equipment for leg in walked(item)])
        self.tall = shapely.union_all([s for item, shapes in outlines if item.hides_people for s in shapes])
        shapely.prepare(self.tall)

    def free(self, shape: Any, *, walks: bool = True) -> bool:
        """Whether nothing stands there; with ``walks``, nobody walks there either."""
        import shapely

        if not shapely.within(shape, self._hall) or len(self._solids.query(shape, "intersects")):
            return False
        return not (walks and len(self._walks.query(shape, "intersects")))


@per_object
def floor(site: "Site") -> Floor:
    """Of a site; kept as long as it is."""
    return Floor(site)
