"""A hall that is being furnished: spots on the floor, and what is going to stand on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import radians
from typing import Any

import numpy as np

from factories.equipment import Equipment
from factories.generation.floor import Floor, Spot


@dataclass(frozen=True, slots=True)
class Thing:
    """A piece of equipment to be: its kind, the full size of its footprint (m), and its keys but for the place."""

    kind: type[Equipment]
    length: float
    width: float
    keys: Mapping[str, Any]

    def spot(self, x: float, y: float, yaw_deg: float) -> Spot:
        """Where it would stand, rounded to what a layout will say."""
        return Spot(round(x, 3), round(y, 3), self.length, self.width, radians(round(yaw_deg, 1)))


class Hall:
    """Things are added one by one; ``floor`` knows what is free."""

    def __init__(self, size: tuple[float, float]) -> None:
        self.size = size
        self.floor = Floor(size)
        self.things: list[Thing] = []

    def put(self, thing: Thing, x: float, y: float, yaw_deg: float) -> None:
        """Set a thing down without asking."""
        self.floor.put(thing.spot(x, y, yaw_deg))
        self.things.append(thing)

    def place(self, thing: Thing, x: float, y: float, yaw_deg: float) -> bool:
        """Set a thing down where it is free and closes no way; says whether it did."""
        placed = self.floor.place(thing.spot(x, y, yaw_deg))
        if placed:
            self.things.append(thing)
        return placed

    def place_at_wall(self, thing: Thing, rng: np.random.Generator, front_deg: float, gap: float = 0.05) -> bool:
        """Try a random place along a random wall, facing away from it; ``front_deg`` is where its front looks."""
        return self.place(thing, *self.at_wall(thing, rng, front_deg, gap))

    def at_wall(
        self, thing: Thing, rng: np.random.Generator, front_deg: float, gap: float = 0.05
    ) -> tuple[float, float, float]:
        """x, y (m) and yaw (degrees) of such a place."""
        wall = int(rng.integers(4))
        away = gap + (thing.length if front_deg % 180 == 0 else thing.width) / 2
        along = rng.uniform(0.0, self.size[wall % 2])
        # South, west, north, east: the wall's inward normal looks along 90, 0, -90, 180 degrees.
        x, y = ((along, away), (away, along), (along, self.size[1] - away), (self.size[0] - away, along))[wall]
        return float(x), float(y), (90.0, 0.0, -90.0, 180.0)[wall] - front_deg

    def place_before(self, thing: Thing, x: float, y: float, yaw_deg: float, room: Spot) -> bool:
        """Set a thing down where it is free and closes no way, if ``room`` can be kept free as well; says whether."""
        if not self.floor.is_free(room) or not self.place(thing, x, y, yaw_deg):
            return False
        self.floor.reserve(room)
        return True

    def covered(self) -> float:
        """Floor area (m2) of all things."""
        return sum(thing.length * thing.width for thing in self.things)

    def remove(self, numbers: set[int]) -> None:
        """Take things away again."""
        self.floor = self.floor.without(numbers)
        self.things = [thing for i, thing in enumerate(self.things) if i not in numbers]

    def equipment(self) -> list[Equipment]:
        """What stands where, in the order in which it was set down."""
        return [
            thing.kind.model_validate(
                {**thing.keys, "at": (spot.x, spot.y), "yaw_deg": round(float(np.degrees(spot.heading)), 1)}
            )
            for thing, spot in zip(self.things, self.floor.spots, strict=True)
        ]
