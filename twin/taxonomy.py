"""The classes an object can have. Ids are stable: new classes go at the end.

The first five carry the names of the LOCO warehouse dataset, so that its annotated photographs can be mixed in.
"""

from dataclasses import dataclass
from functools import cache

from twin.errors import UnknownNameError

BACKGROUND_ID = 0


@dataclass(frozen=True, slots=True)
class ObjectClass:
    """One class: its id (0 is background), its name, the group above it and the colour masks are drawn in."""

    id: int
    name: str
    supercategory: str
    color: tuple[int, int, int]
    closed: bool
    """Whether nobody walks or drives into or under one, even where there is room."""
    hides_people: bool
    """Whether who stands behind one is not seen."""
    underfoot: bool
    """Whether robots drive on it: touching it is no collision."""


_ROWS = (  # the last three: closed, hides_people, underfoot
    ("forklift", "vehicle", (230, 159, 0), False, False, False),
    ("pallet_truck", "vehicle", (0, 158, 115), False, False, False),
    ("pallet", "load_carrier", (213, 94, 0), False, False, False),
    ("small_load_carrier", "load_carrier", (86, 180, 233), False, False, False),
    ("stillage", "load_carrier", (140, 200, 60), False, False, False),
    ("carton", "load", (196, 156, 108), False, False, False),
    ("person", "person", (240, 60, 120), False, False, False),
    ("robot", "vehicle", (120, 94, 240), False, False, False),
    ("rack", "storage", (0, 114, 178), True, True, False),
    ("conveyor", "equipment", (90, 90, 200), True, False, False),
    ("workstation", "equipment", (204, 121, 167), True, False, False),
    ("machine", "equipment", (110, 150, 150), True, True, False),
    ("charging_dock", "equipment", (60, 220, 90), False, False, False),
    ("barrier", "safety", (250, 220, 50), False, False, False),
    ("pillar", "building", (160, 160, 160), False, True, False),
    ("wall", "building", (200, 200, 200), False, True, False),
    ("door", "building", (150, 110, 90), False, False, False),
    ("floor", "building", (100, 100, 100), False, False, True),
    ("floor_marking", "building", (255, 240, 120), False, False, True),
    ("spill", "hazard", (60, 30, 120), False, False, True),
    ("long_goods", "load", (120, 70, 40), False, False, False),
)

CLASSES = tuple(ObjectClass(i, *row) for i, row in enumerate(_ROWS, start=1))


@cache
def class_ids() -> dict[str, int]:
    """Class id by name."""
    return {c.name: c.id for c in CLASSES}


@cache
def closed() -> frozenset[str]:
    """Names of the classes that nobody walks or drives into or under."""
    return frozenset(c.name for c in CLASSES if c.closed)


@cache
def hides_people() -> frozenset[str]:
    """Names of the classes behind which nobody is seen."""
    return frozenset(c.name for c in CLASSES if c.hides_people)


@cache
def underfoot() -> frozenset[str]:
    """Names of the classes that robots drive on."""
    return frozenset(c.name for c in CLASSES if c.underfoot)


def class_id(name: str) -> int:
    """Id of a class; raises ``UnknownNameError`` with the nearest name."""
    try:
        return class_ids()[name]
    except KeyError:
        raise UnknownNameError("class", name, class_ids()) from None
