"""The floor that those who walk and drive by themselves need: nothing may stand there."""

from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from factories.equipment import Equipment
from factories.equipment.mover import Mover


def walked(item: Equipment) -> list[Any]:
    """Polygons (shapely's) of each leg of an equipment's way; none for what stands."""
    patrol = item.patrol()
    if patrol is None or not isinstance(item, Mover):
        return []
    return list(_legs(patrol.waypoints, patrol.loop, *item.sweep()))


@lru_cache(maxsize=256)  # scenarios ask anew in each episode
def _legs(waypoints: tuple[tuple[float, float], ...], loop: bool, side: float, end: float) -> tuple[Any, ...]:
    """``side`` m beside each leg, ``end`` m beyond its ends, and around them where it turns."""
    import shapely

    points = np.array([*waypoints, *(waypoints[:1] if loop else ())])
    legs = []
    for k, (a, b) in enumerate(pairwise(points)):
        length = float(np.hypot(*(b - a)))
        beyond = (b - a) / length * (end - side) if length else np.zeros(2)
        turns = [p for p, last in ((a, k == 0), (b, k == len(points) - 2)) if loop or not last]
        straight = shapely.buffer(shapely.linestrings([a - beyond, b + beyond]), side)
        legs.append(shapely.union_all([straight, *(shapely.buffer(shapely.points(p), end) for p in turns)]))
    return tuple(legs)
