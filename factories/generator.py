"""Endlessly many factories, each from a seed."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from factories.equipment import Equipment
from factories.equipment.floor_marking import FloorMarking
from factories.equipment.rack import Rack
from factories.generation.clutter import add_clutter
from factories.generation.fittings import add_chargers, add_docks, add_fittings, add_gates, add_pillars
from factories.generation.hall import Hall, Thing
from factories.generation.people import vehicles, workers
from factories.generation.storage import RackPiece, rack_pieces
from factories.layout import Layout
from factories.manners import Manners, manners
from twin.errors import InputError, one_of

ROBOT_RADII = (0.5, 0.55, 0.6)
"""Metres; for each of them the floor is connected."""
SMALLEST, LARGEST = 8.0, 100.0
DENSEST = 0.6
RACK_SHARE = (0.7, 0.95)
"""How much of what is built on the floor is racks, where it can be."""
RACKED_PER_AREA, MOST_RACKED = 0.2, 400
"""Loads in the racks, per m2 of the hall and in all: more cost time and change no way."""


@dataclass(frozen=True, slots=True)
class GeneratorOptions:
    """What a generated factory shall be like."""

    size: tuple[float, float] = (30.0, 20.0)
    """Inside of the hall along x and y, 8 to 100 m."""
    density: float = 0.3
    """Share of the floor that is built on (racks, machines, ...), 0 to 0.6; the layout's description says what came
    out."""
    clutter: float = 2.0
    """Loose things (pallets, cartons, parked vehicles, ...) for each 100 m2 of free floor, 0 to 20."""
    workers: int | None = None
    """People who walk; None draws 0 to 3."""
    yields: Manners = True
    """What they do about robots: true stops, false takes no notice, ``cooperates``; or several to draw from."""
    vehicles: int = 0
    """Forklifts and robots that drive by themselves, 0 to 20; fewer where there is no room."""
    docks: int | None = None
    """Charging docks with 3 m of free floor before them, 0 to 10; None puts one or two where there is room for them
    alone."""
    seeds: tuple[int, int] = (2**31, 2**31)
    """First seed and number of seeds that ``draw_seed`` draws from; far from the small ones that people name."""

    def __post_init__(self) -> None:
        if not all(SMALLEST <= length <= LARGEST for length in self.size):
            raise InputError(f"generator: size must be two lengths from {SMALLEST:g} to {LARGEST:g} m, not {self.size}")
        if not 0 <= self.density <= DENSEST:
            raise InputError(f"generator: density must be from 0 to {DENSEST}, not {self.density}")
        if not 0 <= self.clutter <= 20:
            raise InputError(f"generator: clutter must be from 0 to 20 for each 100 m2, not {self.clutter}")
        if self.workers is not None and not 0 <= self.workers <= 50:
            raise InputError(f"generator: workers must be from 0 to 50, not {self.workers}")
        if not 0 <= self.vehicles <= 20:
            raise InputError(f"generator: vehicles must be from 0 to 20, not {self.vehicles}")
        if self.docks is not None and not 0 <= self.docks <= 10:
            raise InputError(f"generator: docks must be from 0 to 10, not {self.docks}")
        first, count = self.seeds
        if first < 0 or count < 1 or first + count > 2**63:
            raise InputError(f"generator: seeds must be a first seed of at least 0 and how many, not {self.seeds}")

    @classmethod
    def of(cls, values: "Mapping[str, Any] | GeneratorOptions") -> "GeneratorOptions":
        """From plain data. Raises ``InputError`` for a wrong value, or for a wrong name with the nearest one."""
        if isinstance(values, GeneratorOptions):
            return values
        names = [field.name for field in dataclasses.fields(cls)]
        for name in values:
            one_of("generator option", name, names)
        read: dict[str, Any] = {name: _READERS[name](name, value) for name, value in values.items()}
        return cls(**read)

    def draw_seed(self, rng: np.random.Generator) -> int:
        """One of the seeds."""
        return self.seeds[0] + int(rng.integers(self.seeds[1]))


def generate(seed: int, options: Mapping[str, Any] | GeneratorOptions | None = None, **changes: Any) -> Layout:
    """A valid layout; the same arguments give the same one.

    The free floor is connected for robots of 0.5 to 0.6 m radius, with what is loose and without; no two solids
    overlap, and nobody walks through anything.
    ``options`` and ``changes`` to them are those of ``GeneratorOptions``.
    """
    if seed < 0:
        raise InputError(f"generator: the seed must be at least 0, not {seed}")
    given = dataclasses.asdict(options) if isinstance(options, GeneratorOptions) else dict(options or {})
    chosen = GeneratorOptions.of(given | changes)
    rng = np.random.default_rng(int(seed))
    height = round(float(rng.uniform(4.0, 8.0)), 1)
    hall = Hall(chosen.size)
    floor_area = chosen.size[0] * chosen.size[1]
    limit = chosen.density * floor_area

    markings = _add_storage(hall, rng, limit, height)
    racks = len(hall.things)
    if chosen.docks is None:
        add_chargers(hall, rng)
    else:
        add_docks(hall, rng, chosen.docks)
    add_gates(hall, rng)
    add_pillars(hall, rng, limit)
    add_fittings(hall, rng, limit)
    _open_pockets(hall, first_removable=racks)
    known = len(hall.things)
    reached = hall.covered() / floor_area

    free = floor_area - hall.covered()
    add_clutter(hall, rng, round(chosen.clutter * free / 100 * rng.uniform(0.7, 1.3)))
    _open_pockets(hall, first_removable=known)
    count = int(rng.integers(4)) if chosen.workers is None else chosen.workers
    people = workers(hall.floor, rng, count, chosen.yields)
    people += vehicles(hall.floor, rng, chosen.vehicles, people)
    return Layout(
        name=f"generated_{seed}",
        description=f"Seed {seed}; {reached:.2f} of the floor is built on, {chosen.density:.2f} was asked for.",
        size=chosen.size,
        height=height,
        equipment=(*markings, *hall.equipment(), *people),
    )


def _add_storage(hall: Hall, rng: np.random.Generator, limit: float, height: float) -> list[Equipment]:
    """Rack rows along one of the hall's axes, their staging zone at either end; gives the lines on the floor."""
    along_y, mirrored = bool(rng.random() < 0.5), bool(rng.random() < 0.5)
    size = hall.size[::-1] if along_y else hall.size
    pieces = rack_pieces((size[0], size[1]), limit * rng.uniform(*RACK_SHARE), rng)
    places = sum(_levels(piece, height) * piece.bays for piece in pieces) * 3
    fill = min(0.7, min(RACKED_PER_AREA * size[0] * size[1], MOST_RACKED) / max(places, 1))

    def in_hall(x: float, y: float) -> tuple[float, float]:
        x = size[0] - x if mirrored else x
        return (y, x) if along_y else (x, y)

    for piece in pieces:
        hall.put(_rack(piece, _levels(piece, height), fill, rng), *in_hall(piece.x, piece.y), 90.0 if along_y else 0.0)
    if not pieces:
        return []
    line = max(0.3, min(piece.x - piece.length / 2 for piece in pieces) - 0.4)
    ends = tuple(tuple(round(v, 2) for v in in_hall(line, y)) for y in (0.5, size[1] - 0.5))
    return [FloorMarking.model_validate({"path": ends, "color": ("yellow", "white")[int(rng.integers(2))]})]


def _levels(piece: RackPiece, height: float) -> int:
    return 4 if piece.shelf else max(2, min(4, int((height - 0.5) / 1.7)))


def _rack(piece: RackPiece, levels: int, fill: float, rng: np.random.Generator) -> Thing:
    if piece.shelf:
        loads = ("small_load_carriers", ("small_load_carriers", "cartons")[int(rng.integers(2))])
        kind = {"depth": piece.depth, "level_height": 0.5, "loads": loads}
    else:
        loads = ("pallets", ("pallets", "cartons")[int(rng.integers(2))])
        # Pallets stand out of shallow frames by 50 mm on both sides.
        kind = {"depth": piece.depth if piece.depth > 2 else piece.depth - 0.1, "loads": loads}
    keys = {"bays": piece.bays, "bay_width": piece.bay_width, "levels": levels, "fill": round(fill, 3)}
    return Thing(Rack, piece.length, piece.depth, {**keys, **kind, "seed": int(rng.integers(2**31))})


def _open_pockets(hall: Hall, first_removable: int) -> None:
    """Take away what stands next to pieces of floor where a robot would fit, but that it could not reach."""
    while len(pockets := hall.floor.pockets(ROBOT_RADII)) and len(hall.things) > first_removable:
        away = np.array([spot.distances(pockets) for spot in hall.floor.spots[first_removable:]])
        hall.remove({first_removable + int(i) for i in away.argmin(axis=0)})


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError(f"generator: {name} must be a number, not {value!r}")
    return float(value)


def _pair(name: str, value: Any) -> tuple[float, float]:
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) != 2:
        raise InputError(f"generator: {name} must be two numbers, not {value!r}")
    return _number(name, value[0]), _number(name, value[1])


def _whole(name: str, value: Any) -> int:
    if _number(name, value) != int(value):
        raise InputError(f"generator: {name} must be a whole number, not {value!r}")
    return int(value)


def _whole_pair(name: str, value: Any) -> tuple[int, int]:
    first, second = _pair(name, value)
    return _whole(name, first), _whole(name, second)


def _whole_or_none(name: str, value: Any) -> int | None:
    return None if value is None else _whole(name, value)


def _manners(name: str, value: Any) -> Manners:
    try:
        return manners(value)
    except ValueError as error:
        raise InputError(f"generator: {name} {error}") from None


_READERS = {
    "size": _pair,
    "density": _number,
    "clutter": _number,
    "workers": _whole_or_none,
    "yields": _manners,
    "vehicles": _whole,
    "docks": _whole_or_none,
    "seeds": _whole_pair,
}
