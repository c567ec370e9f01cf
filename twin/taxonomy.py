"""The classes an object can have. Ids are stable: new classes go at the end.

The first five carry the names of the LOCO warehouse dataset, so that its annotated photographs can be mixed in.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from twin.errors import UnknownNameError

BACKGROUND_ID = 0

Trait: TypeAlias = Literal[
    "closed",  # nobody walks or drives into or under one, even where there is room
    "hides_people",  # who stands behind one is not seen
    "underfoot",  # robots drive on it: touching it is no collision
    "backdrop",  # what it stands before is not half hidden by it
    "stuff",  # it is not counted by the piece
]
"""What a class is to others."""


@dataclass(frozen=True, slots=True)
class ObjectClass:
    """One class: its id (0 is background), its name, the group above it and the colour masks are drawn in."""

    id: int
    name: str
    supercategory: str
    color: tuple[int, int, int]
    traits: tuple[Trait, ...]


_ROWS: tuple[tuple[str, str, tuple[int, int, int], tuple[Trait, ...]], ...] = (
    ("forklift", "vehicle", (230, 159, 0), ()),
    ("pallet_truck", "vehicle", (0, 158, 115), ()),
    ("pallet", "load_carrier", (213, 94, 0), ()),
    ("small_load_carrier", "load_carrier", (86, 180, 233), ()),
    ("stillage", "load_carrier", (140, 200, 60), ()),
    ("carton", "load", (196, 156, 108), ()),
    ("person", "person", (240, 60, 120), ()),
    ("robot", "vehicle", (120, 94, 240), ()),
    ("rack", "storage", (0, 114, 178), ("closed", "hides_people")),
    ("conveyor", "equipment", (90, 90, 200), ("closed",)),
    ("workstation", "equipment", (204, 121, 167), ("closed",)),
    ("machine", "equipment", (110, 150, 150), ("closed", "hides_people")),
    ("charging_dock", "equipment", (60, 220, 90), ()),
    ("barrier", "safety", (250, 220, 50), ()),
    ("pillar", "building", (160, 160, 160), ("hides_people",)),
    ("wall", "building", (200, 200, 200), ("hides_people", "backdrop", "stuff")),
    ("door", "building", (150, 110, 90), ("backdrop",)),
    ("floor", "building", (100, 100, 100), ("underfoot", "backdrop", "stuff")),
    ("floor_marking", "building", (255, 240, 120), ("underfoot", "backdrop", "stuff")),
    ("spill", "hazard", (60, 30, 120), ("underfoot",)),
    ("long_goods", "load", (120, 70, 40), ()),
)

CLASSES = tuple(ObjectClass(i, *row) for i, row in enumerate(_ROWS, start=1))


@cache
def class_ids() -> dict[str, int]:
    """Class id by name."""
    return {c.name: c.id for c in CLASSES}


@cache
def having(trait: Trait) -> frozenset[str]:
    """Names of the classes of which a trait is true."""
    return frozenset(c.name for c in CLASSES if trait in c.traits)


def class_id(name: str) -> int:
    """Id of a class; raises ``UnknownNameError`` with the nearest name."""
    try:
        return class_ids()[name]
    except KeyError:
        raise UnknownNameError("class", name, class_ids()) from None
