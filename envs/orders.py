"""What is ordered: loads to bring from station to station, as goals of episodes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from envs.stops import Place, Stop, field_to, stops, way, ways_between
from twin.geometry import FloatArray

if TYPE_CHECKING:
    from envs.episodes import Episode
    from envs.sites import Site
    from twin.patrols import Patrols

URGENT, NORMAL = 1.0, 0.5
"""Priorities of orders."""
URGENT_SHARE = 0.35
PACE = 0.6
"""m/s: what is due when is reckoned with this mean speed ..."""
SLACK = (1.0, 1.7)
"""... and so much more time, drawn for each order, ..."""
GRACE = 15.0
"""... plus these seconds."""
AT_START = (0.25, 1.0)
"""Charge at the start; full where there is no charger."""
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
class Shift:
    """What is to be done in an episode, and with what; its ``own``."""

    orders: tuple[Order, ...]
    """In the order in which they are done."""
    chargers: tuple[Stop, ...]
    battery: float
    """Charge at the start, 0 to 1."""


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
            chargers = stops(site, self.chargers)
            battery = float(rng.uniform(*AT_START)) if chargers else 1.0
            return Episode(
                start,
                orders[0].fetch,
                field_to(site, orders[0].fetch),
                length,
                beyond=way_through(site, orders[0].fetch, orders),
                own=Shift(orders, chargers, battery),
                draws={"orders": [asdict(order) for order in orders], "battery": battery},
                words=_words(orders),
            )
        raise PlanningError(f"layout '{site.layout.name}': found no start away from people with a way to all stations")

    def _pairs(self, site: "Site") -> "list[tuple[Stop, Stop]]":
        """Those of the right distance; all that are farther apart where there are none."""
        found = stops(site, self.kinds)
        metres = ways_between(site, self.kinds)
        ways = [(float(metres[i, j]), a, b) for i, a in enumerate(found) for j, b in enumerate(found)]
        right = [(a, b) for length, a, b in ways if self.min_distance <= length <= self.max_distance]
        return right or [(a, b) for length, a, b in ways if self.max_distance < length < inf]


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
