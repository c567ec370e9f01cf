"""Where loads are handed over: the places before faces of equipment, and how far it is from one to another."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from twin.geometry import FloatArray
from twin.per_object import per_object

if TYPE_CHECKING:
    from envs.sites import Site
    from factories.geodesics import GeodesicField

Place: TypeAlias = tuple[float, float]

FARTHEST, NEARER = 1.6, 0.1
"""A robot stops at most so many metres before a face; tried in steps of these metres from where it can turn."""
FIELDS = 24
"""How many fields of distances a site keeps: several episodes' worth. Each has the size of its map, 8 bytes a cell."""


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


def field_to(site: "Site", place: Place) -> "GeodesicField":
    """Distances to a stop on the known map."""
    return _fields(site)(place)


@per_object
def _fields(site: "Site") -> "Callable[[Place], GeodesicField]":
    """Makes fields, and remembers those used last."""
    from factories.geodesics import GeodesicField

    known, radius = site.known, site.robot.radius  # not the site, which would keep itself alive
    return lru_cache(FIELDS)(lambda place: GeodesicField(known, place, radius))


@per_object
def ways_between(site: "Site", kinds: tuple[str, ...]) -> FloatArray:
    """Metres (n, n) from each of the ``stops`` to each."""
    found = stops(site, kinds)
    columns = [[way(site, a.place, b.place) for a in found] for b in found]  # one field after the other
    return np.array(columns).reshape(len(found), len(found)).T


def way(site: "Site", start: Place, goal: Place) -> float:
    """Metres from one place to another."""
    return field_to(site, goal).distance_at(*start)
