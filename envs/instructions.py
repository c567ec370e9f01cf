"""What an episode asks for, in words: "Go to the charging dock beyond the second aisle.", "Go to rack B1."."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from factories.equipment import Equipment
from factories.equipment.rack import Rack
from factories.layout import Layout
from twin.geometry import FloatArray
from twin.per_object import per_object
from twin.textures.sign import PICTOGRAMS

AT = 1.5
"""Metres from a landmark within which a goal is said to be at it."""
AISLE = (1.2, 4.5)
"""Metres between two racks from which to which what is between them is an aisle."""
PARALLEL = np.radians(5.0)
MOUTH = 3.0
"""Metres by which the middle line of an aisle reaches out of both its ends: who drives past there crosses it."""
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True, slots=True)
class Directions:
    """The facts of an instruction."""

    landmark: str
    """Name of the equipment nearest to the goal; empty where the hall has none."""
    kind: str
    """Its type."""
    sign: str
    """What is written on it; empty for nothing and for pictograms."""
    distance: float
    """Metres from the goal to its footprint."""
    aisles: int
    """How many aisles lie between start and goal along the route."""


@dataclass(frozen=True, slots=True)
class Aisle:
    """The space between two racks that face each other."""

    line: FloatArray
    """Ends (2, 2) of its middle line, m."""
    width: float
    """m"""

    def holds(self, xy: FloatArray) -> bool:
        """Whether a point is between the racks or in a mouth."""
        along, aside, length = self.into(xy)
        return bool(abs(aside) <= self.width / 2 and -MOUTH <= along <= length + MOUTH)

    def into(self, xy: FloatArray) -> tuple[FloatArray, FloatArray, float]:
        """Of points (..., 2): metres along the line from its first end, metres to its left; and the line's length."""
        length = float(np.hypot(*(self.line[1] - self.line[0])))
        x, y = (self.line[1] - self.line[0]) / length
        return (xy - self.line[0]) @ np.array([x, y]), (xy - self.line[0]) @ np.array([-y, x]), length

    def crossed(self, route: FloatArray) -> bool:
        """Whether a route (n, 2) begins and ends outside, and meets the line, ``MOUTH`` longer at both ends, an odd
        number of times.
        """
        if self.holds(route[0]) or self.holds(route[-1]):
            return False
        along, aside, length = self.into(route)
        changes = np.flatnonzero((aside[:-1] >= 0) != (aside[1:] >= 0))
        share = aside[changes] / (aside[changes] - aside[changes + 1])
        at = along[changes] + share * (along[changes + 1] - along[changes])
        return int(np.count_nonzero((at >= -MOUTH) & (at <= length + MOUTH))) % 2 == 1


def instruction(layout: Layout, route: FloatArray) -> str:
    """One sentence for the way along ``route`` (n, 2), from start to goal."""
    told = directions(layout, route)
    if not told.landmark:
        return "Go to the goal."
    kind = told.kind.replace("_", " ")
    noun = f"{kind} {told.sign}" if told.sign else f"the {kind}"
    near = noun if told.distance <= AT else f"the place {told.distance:.0f} m from {noun}"
    if not told.aisles:
        return f"Go to {near}."
    which = _ORDINALS[told.aisles - 1] if told.aisles <= len(_ORDINALS) else f"{told.aisles}th"
    return f"Go to {near} beyond the {which} aisle."


def directions(layout: Layout, route: FloatArray) -> Directions:
    """The landmark nearest to the end of a route (n, 2), and how many aisles lie between its ends."""
    goal = route[-1]
    aisles = sum(aisle.crossed(route) for aisle in aisles_of(layout))
    landmarks = landmarks_of(layout)
    if not landmarks.items:
        return Directions("", "", "", 0.0, aisles)
    gaps = landmarks.gaps(goal)
    distance = float(gaps.min())
    item = min((landmarks.items[k] for k in np.flatnonzero(gaps == distance)), key=attrgetter("name"))
    sign = "" if item.sign_text in PICTOGRAMS else item.sign_text
    return Directions(item.name, item.type, sign, distance, aisles)


@dataclass(frozen=True, eq=False)
class Placed:
    """Equipment, and where it stands."""

    items: tuple[Equipment, ...]
    at: FloatArray
    """(n, 2) m."""
    headings: FloatArray
    """(n,) rad."""
    halves: FloatArray
    """Half footprints (n, 2) m."""

    @classmethod
    def of(cls, items: Iterable[Equipment]) -> "Placed":
        """In the order in which it is given."""
        given = tuple(items)
        return cls(
            given,
            np.array([item.at for item in given], dtype=np.float64).reshape(-1, 2),
            np.array([item.heading for item in given]),
            np.array([item.footprint() for item in given], dtype=np.float64).reshape(-1, 2) / 2,
        )

    def gaps(self, xy: FloatArray) -> FloatArray:
        """Metres (n,) from a point to each footprint; 0 inside."""
        c, s = np.cos(self.headings), np.sin(self.headings)
        dx, dy = (xy - self.at).T
        outside = np.abs(np.stack([c * dx + s * dy, c * dy - s * dx], axis=-1)) - self.halves
        return np.asarray(np.hypot(*np.maximum(outside, 0.0).T))


@per_object
def landmarks_of(layout: Layout) -> Placed:
    """The equipment of a layout that places are named after."""
    return Placed.of(item for item in layout.equipment if item.landmark and min(item.footprint()) > 0)


@per_object
def aisles_of(layout: Layout) -> list[Aisle]:
    """All aisles; racks one after another bound one aisle."""
    racks = [item for item in layout.equipment if isinstance(item, Rack)]
    all_racks = Placed.of(racks)
    return _merged([aisle for i, a in enumerate(racks) for b in racks[i + 1 :] for aisle in _between(a, b, all_racks)])


def _into(item: Equipment, xy: FloatArray) -> FloatArray:
    """Points (..., 2) of the hall in an equipment's frame."""
    c, s = np.cos(item.heading), np.sin(item.heading)
    turned: FloatArray = (xy - np.array(item.at)) @ np.array([[c, -s], [s, c]])
    return turned


def _between(a: Rack, b: Rack, racks: Placed) -> Iterator[Aisle]:
    """The aisle between two of the racks, where they are parallel, face each other and nothing stands between."""
    if abs(np.sin(b.heading - a.heading)) > np.sin(PARALLEL):
        return
    (length, depth), place = a.footprint(), _into(a, np.array(b.at))
    other_length, other_depth = b.footprint()
    low, high = max(-length, 2 * place[0] - other_length) / 2, min(length, 2 * place[0] + other_length) / 2
    width = abs(place[1]) - (depth + other_depth) / 2
    if high <= low or not AISLE[0] <= width <= AISLE[1]:
        return
    side = np.sign(place[1])
    y = side * (depth + width) / 2
    c, s = np.cos(a.heading), np.sin(a.heading)
    line = np.array([[low, y], [high, y]]) @ np.array([[c, s], [-s, c]]) + np.array(a.at)
    if (racks.gaps(line.mean(axis=0)) > width / 4).all():
        yield Aisle(line, float(width))


def _merged(aisles: list[Aisle]) -> list[Aisle]:
    """Aisles in one row, end to end or side by side, as one."""
    merged: list[Aisle] = []
    for aisle in aisles:
        found = aisle
        for other in list(merged):
            if _in_row(found, other):
                merged = [kept for kept in merged if kept is not other]
                points = np.concatenate([found.line, other.line])
                along, _, _ = found.into(points)
                found = Aisle(points[[along.argmin(), along.argmax()]], max(found.width, other.width))
        merged.append(found)
    return merged


def _in_row(a: Aisle, b: Aisle) -> bool:
    """Whether two aisles go on one another: beside by less than a metre, apart by less than a mouth."""
    along, aside, length = a.into(b.line)
    return bool(np.abs(aside).max() < 1.0 and along.min() < length + MOUTH and along.max() > -MOUTH)
