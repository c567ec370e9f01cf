"""Bringing loads from station to station: what is ordered, in which order it is done, and the battery."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from math import hypot, inf
from typing import TYPE_CHECKING, Any

import numpy as np

from envs.navigation import DUTY, ROUTE_DISTANCES
from twin.geometry import FloatArray
from twin.per_object import per_object

if TYPE_CHECKING:
    from envs.episodes import Episode
    from envs.factory_env import FactoryEnv
    from envs.navigation import NavigationState
    from envs.sites import Site
    from factories.geodesics import GeodesicField
    from twin.patrols import Patrols

Place = tuple[float, float]

URGENT, NORMAL = 1.0, 0.5
"""Priorities of orders."""
URGENT_SHARE = 0.35
PACE = 0.6
"""m/s: what is due when is reckoned with this mean speed ..."""
SLACK = (1.0, 1.7)
"""... and so much more time, drawn for each order, ..."""
GRACE = 15.0
"""... plus these seconds."""
PER_METRE, PER_SECOND = 0.002, 0.001
"""Share of the battery that driving and being on take; far more than a real one's, so that a minute shows a shift."""
CHARGING = 0.03
"""Share of the battery that a second at a charger gives."""
LOW, ENOUGH = 0.25, 0.5
"""A robot is sent to a charger before it fetches a load that would leave less than this charge, and stays there until
it has so much that this is left, and so much at least."""
AT_START = (0.25, 1.0)
"""Charge at the start; full where there is no charger."""
LATE = 0.5
"""What a delivery that comes late is worth, of one in time."""
FARTHEST, NEARER = 1.6, 0.1
"""A robot stops at most so many metres before a face; tried in steps of these metres from where it can turn."""
TRIES = 100


@dataclass(frozen=True, slots=True)
class Order:
    """One load. Places in metres; ``due`` in seconds after the episode's start."""

    source: str
    """Name of the equipment where it is fetched ..."""
    fetch: Place
    target: str
    """... and of the one where it is brought."""
    bring: Place
    priority: float
    due: float


@dataclass(frozen=True, slots=True)
class Orders:
    """From a free place through stations. ``options``: ``start`` (x, y, heading) may be fixed."""

    count: int = 3
    kinds: tuple[str, ...] = ("conveyor", "rack", "workstation")
    """Types of equipment that loads are fetched from and brought to."""
    chargers: tuple[str, ...] = ("charging_dock",)
    min_distance: float = 3.0
    """Shortest way of a load, metres ..."""
    max_distance: float = 15.0
    """... and longest."""

    def fit(self, site: "Site") -> bool:
        """Whether there are two stations far enough apart."""
        return bool(self._pairs(site))

    def draw(
        self, site: "Site", patrols: "Patrols", rng: np.random.Generator, options: Mapping[str, Any] | None = None
    ) -> "Episode":
        """See ``Goals``."""
        from envs.episodes import Episode, away, fixed_start, known_options
        from twin.errors import PlanningError

        given = known_options(options, "start")
        pairs = self._pairs(site)
        if not pairs:
            raise PlanningError(
                f"layout '{site.layout.name}' has no two of {', '.join(self.kinds)} at least {self.min_distance:g} m "
                f"apart that robot '{site.robot.name}' can drive up to"
            )
        fixed = fixed_start(site, given["start"]) if "start" in given else None
        for _ in range(TRIES):
            patrols.reset(rng)
            places = np.array([fixed[:2]]) if fixed else site.places
            places = places[away(patrols, places)]
            if not len(places):
                continue
            x, y = places[int(rng.integers(len(places)))].tolist()
            start = fixed or (x, y, float(rng.uniform(-np.pi, np.pi)))
            chosen = [pairs[int(k)] for k in rng.integers(len(pairs), size=self.count)]
            urgent = rng.random(self.count) < URGENT_SHARE
            wanted = [(a, b, URGENT if u else NORMAL) for (a, b), u in zip(chosen, urgent, strict=True)]
            orders = _timed(site, start[:2], wanted, rng.uniform(*SLACK, self.count))
            length = way_through(site, start[:2], orders)
            if not np.isfinite(length):
                continue
            first = field_to(site, orders[0].fetch)
            battery = float(rng.uniform(*AT_START)) if stops(site, self.chargers) else 1.0
            return Episode(
                start,
                orders[0].fetch,
                first,
                length,
                beyond=way_through(site, orders[0].fetch, orders),
                orders=orders,
                draws={"orders": [asdict(order) for order in orders], "battery": battery},
                words=_words(orders),
            )
        raise PlanningError(f"layout '{site.layout.name}': found no start away from people with a way to all stations")

    def _pairs(self, site: "Site") -> "list[tuple[Stop, Stop]]":
        """Those of the right distance; all that are farther apart where there are none."""
        found = stops(site, self.kinds)
        ways = [(way(site, a.place, b.place), a, b) for a in found for b in found]
        right = [(a, b) for metres, a, b in ways if self.min_distance <= metres <= self.max_distance]
        return right or [(a, b) for metres, a, b in ways if self.max_distance < metres < inf]


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a robot stands before a face of equipment."""

    name: str
    place: Place


@per_object
def stops(site: "Site", kinds: tuple[str, ...]) -> tuple[Stop, ...]:
    """Of all equipment of these kinds that a robot can stand before in any heading, as near as it can."""
    from envs.stations import standing_room, stations

    found = []
    for station in stations(site):
        if station.kind in kinds:
            tried = (station.before(away)[:2] for away in np.arange(standing_room(site), FARTHEST, NEARER).tolist())
            place = next((xy for xy in tried if site.is_free(xy)), None)
            if place is not None:
                found.append(Stop(station.name, place))
    return tuple(found)


@per_object
def field_to(site: "Site", place: Place) -> "GeodesicField":
    """Distances to a stop on the known map."""
    from factories.geodesics import GeodesicField

    return GeodesicField(site.known, place, site.robot.radius)


def way(site: "Site", start: Place, goal: Place) -> float:
    """Metres from one place to another."""
    return field_to(site, goal).distance_at(*start)


def way_through(site: "Site", start: Place, orders: Sequence[Order]) -> float:
    """Metres from a place through all orders, one after the other."""
    points = [start, *(place for order in orders for place in (order.fetch, order.bring))]
    return sum(way(site, a, b) for a, b in pairwise(points))


def _timed(
    site: "Site", start: Place, wanted: Sequence[tuple[Stop, Stop, float]], slack: FloatArray
) -> tuple[Order, ...]:
    """In the order in which they are done: the urgent ones first, and of those the one that is fetched nearest."""
    left, at, driven, done = list(enumerate(wanted)), start, 0.0, []
    while left:
        number, (a, b, priority) = min(left, key=lambda one: (-one[1][2], way(site, at, one[1][0].place), one[0]))
        left = [one for one in left if one[0] != number]
        driven += way(site, at, a.place) + way(site, a.place, b.place)
        at = b.place
        due = driven / PACE * float(slack[number]) + GRACE
        done.append(Order(a.name, a.place, b.name, b.place, priority, due))
    return tuple(done)


def _words(orders: Sequence[Order]) -> str:
    told = [f"{'an urgent' if o.priority == URGENT else 'a'} load from {o.source} to {o.target}" for o in orders]
    return f"Bring {', then '.join(told)}."


class Dispatch:
    """The rule that sends the robot from stop to stop, to a charger where its battery is low, and empties that.

    A load changes hands where the robot arrives; at a charger it stays until the battery holds ``ENOUGH``.
    """

    def __init__(self, env: "FactoryEnv") -> None:
        self._env = env
        self._site = env.site
        self._orders = list(env.episode.orders)
        self._battery = self._lowest = float(env.episode.draws["battery"])
        self._loaded = self._charging = False
        self._in_time = 0.0
        self._delivered = self._charges = 0
        self._chargers = stops(env.site, env.task.goals.chargers)  # type: ignore[attr-defined] # its own goals
        self._all = sum(order.priority for order in self._orders)

    def begin(self, state: "NavigationState") -> "NavigationState":
        """Where to go first."""
        if self._should_charge((state.pose[0], state.pose[1])):
            state = self._sent(state)
        return self._told(state, 0.0)

    def judge(self, before: "NavigationState", now: "NavigationState") -> "NavigationState":
        """Where to go next, and what is left of the battery."""
        metres = hypot(now.pose[0] - before.pose[0], now.pose[1] - before.pose[1])
        seconds = now.time - before.time
        self._battery -= PER_METRE * metres + PER_SECOND * seconds
        if self._charging and now.arrived:
            self._battery = min(1.0, self._battery + CHARGING * seconds)
        self._battery = max(self._battery, 0.0)
        self._lowest = min(self._lowest, self._battery)
        worth = 0.0
        if now.arrived and not (self._charging and self._battery < max(ENOUGH, self._needed(now.goal))):
            worth = self._served(now.time)
            if self._orders:
                now = self._sent(now)
        now = replace(now, arrived=not self._orders, stranded=self._battery <= 0.0)
        return self._told(now, worth)

    def info(self) -> dict[str, Any]:
        """What was done so far."""
        return {
            "deliveries": self._delivered,
            "deliveries_open": len(self._orders),
            "in_time": self._in_time / self._all,
            "battery": self._battery,
            "min_battery": self._lowest,
            "charges": self._charges,
        }

    def _served(self, time: float) -> float:
        """What happens at a stop; the worth of what is delivered there."""
        if self._charging:
            self._charges += 1
            self._charging = False
            return 0.0
        self._loaded = not self._loaded
        if self._loaded:
            return 0.0
        order = self._orders.pop(0)
        self._delivered += 1
        self._in_time += order.priority * (time <= order.due)
        return order.priority * (1.0 if time <= order.due else LATE)

    def _sent(self, state: "NavigationState") -> "NavigationState":
        """On the way to the next stop."""
        order, at = self._orders[0], (state.pose[0], state.pose[1])
        if self._loaded:
            place, then = order.bring, way_through(self._site, order.bring, self._orders[1:])
        else:
            place, then = order.fetch, way_through(self._site, order.fetch, self._orders)
        if self._should_charge(at):
            self._charging = True
            place = min((stop.place for stop in self._chargers), key=lambda xy: way(self._site, at, xy))
            then = way_through(self._site, place, self._orders)
        env = self._env
        env.lead_to(replace(env.episode, goal=place, field=field_to(self._site, place), beyond=then))
        left = env.task.left(env.episode, state.pose)
        return replace(
            state,
            goal=place,
            distance_to_goal=left,
            previous_distance=left + state.previous_distance - state.distance_to_goal,
            straight_distance=hypot(at[0] - place[0], at[1] - place[1]),
            held=0.0,
            ahead=env.navigator.ahead(at, ROUTE_DISTANCES),
        )

    def _should_charge(self, at: Place) -> bool:
        """Whether what is left is too little for the next load, and there is a charger."""
        return bool(self._chargers) and not self._loaded and self._battery < self._needed(at)

    def _needed(self, at: Place) -> float:
        """Charge to begin the next order with: what it takes, and ``LOW``; 1 at most."""
        metres = way_through(self._site, at, self._orders[:1])
        return min(1.0, LOW + PER_METRE * metres + PER_SECOND * metres / PACE)

    def _told(self, state: "NavigationState", worth: float) -> "NavigationState":
        """The state with what the robot knows of itself; see ``DUTY``."""
        order = self._orders[0] if self._orders else None
        duty = dict.fromkeys(DUTY, 0.0)
        duty |= {"battery": self._battery, "loaded": self._loaded, "charging": self._charging, "delivered": worth}
        if order is not None:
            duty |= {"priority": order.priority, "time_left": order.due - state.time}
        return replace(state, duty=np.array([float(duty[name]) for name in DUTY]))
