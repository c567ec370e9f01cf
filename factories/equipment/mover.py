"""What those have in common who can move by themselves: a route, and manners."""

import math
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field
from typing_extensions import override

from factories.equipment.base import Equipment, Point
from factories.manners import Between, Manners
from twin.scene import Patrol, Range

Speeds: TypeAlias = Annotated[Range, Between(0.01, 3)]
Spaces: TypeAlias = Annotated[Range, Between(0, 5)]
Distances: TypeAlias = Annotated[Range, Between(1, 30)]
Seconds: TypeAlias = Annotated[Range, Between(0.5, 60)]


class Mover(Equipment):
    """Goes from ``at`` through ``waypoints`` and back, or round and round with ``loop``; stands without waypoints."""

    waypoints: Annotated[tuple[Point, ...], Field(max_length=200)] = ()
    """x, y in the hall, m (not in its own frame)."""
    speed: Speeds = 1.0
    """m/s; people walk at 0.8 to 1.6 (EN ISO 13855 reckons with 1.6). Two numbers: drawn in each episode."""
    loop: bool = False
    """Whether it goes from the last point straight to the first, instead of turning back."""
    yields: Manners = True
    """To robots: true stops while one is near ahead, false takes no notice of one that moves, ``cooperates`` gives way
    as to people. A list: drawn in each episode."""
    personal_space: Spaces = 0.5
    """m between it and a robot within which it stops."""
    patience: Seconds = (3.0, 8.0)
    """Seconds of waiting for a robot until it goes around, and of being stuck until it turns back."""
    reaction_distance: Distances = 6.0
    """m within which it sees others."""

    turn_rate: ClassVar[float | None] = None
    """rad/s of a vehicle; None for who can step aside."""

    def sweep(self) -> tuple[float, float]:
        """Metres that it needs to each side of its way, and beyond its ends and around where it turns."""
        length, width = self.footprint()
        return width / 2 + 0.2, length / 2 + 0.4

    @override
    def patrol(self) -> Patrol | None:
        if not self.waypoints:
            return None
        return Patrol(
            self.name,
            (self.at, *self.waypoints),
            self.speed,
            self.loop,
            yields=self.yields,
            personal_space=self.personal_space,
            patience=self.patience,
            reaction_distance=self.reaction_distance,
            turn_rate=self.turn_rate,
        )

    @property
    @override
    def heading(self) -> float:
        """Yaw at the start, rad: along the first leg if it moves."""
        for x, y in self.waypoints:
            if (x, y) != self.at:
                return math.atan2(y - self.at[1], x - self.at[0])
        return super().heading
