"""The floor that those who walk and drive by themselves need: nothing may stand there."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from factories.equipment import Equipment
from factories.equipment.mover import Mover
from twin.scene import Patrol


def walked(item: Equipment) -> list[Any]:
    """Polygons (shapely's) of each leg of an equipment's way; none for what stands."""
    patrol = item.patrol()
    return list(_legs(patrol, *item.sweep())) if patrol is not None and isinstance(item, Mover) else []


def _legs(patrol: Patrol, side: float, end: float) -> Iterator[Any]:
    """``side`` m beside each leg, ``end`` m beyond its ends, and around them where it turns."""
    import shapely

    points = np.array([*patrol.waypoints, *(patrol.waypoints[:1] if patrol.loop else ())])
    for k, (a, b) in enumerate(pairwise(points)):
        length = float(np.hypot(*(b - a)))
        beyond = (b - a) / length * (end - side) if length else np.zeros(2)
        turns = [p for p, last in ((a, k == 0), (b, k == len(points) - 2)) if patrol.loop or not last]
        straight = shapely.buffer(shapely.linestrings([a - beyond, b + beyond]), side)
        yield shapely.union_all([straight, *(shapely.buffer(shapely.points(p), end) for p in turns)])
