"""What lies and stands about: loads on the floor, parked vehicles."""

from collections.abc import Callable

import numpy as np

from factories.equipment import carton, forklift, pallet, pallet_truck, small_load_carrier, stillage
from factories.equipment.carton import Carton
from factories.equipment.forklift import Forklift
from factories.equipment.pallet import Pallet
from factories.equipment.pallet_truck import PalletTruck
from factories.equipment.small_load_carrier import SmallLoadCarrier
from factories.equipment.stillage import Stillage
from factories.generation.hall import Hall, Thing

TRIES = 8
"""For each thing that is wanted."""
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1))


def add_clutter(hall: Hall, rng: np.random.Generator, count: int) -> None:
    """Up to ``count`` loose things, in the open and at the sides of ways, none of which closes a way."""
    for _ in range(count):
        for _ in range(TRIES):
            thing = _KINDS[int(rng.choice(len(_KINDS), p=_SHARES))](rng)
            if _drop(hall, thing, rng):
                break


def _drop(hall: Hall, thing: Thing, rng: np.random.Generator) -> bool:
    middle = hall.floor.any_open(rng)
    if middle is None:
        return False
    yaw = 90.0 * int(rng.integers(4)) + float(rng.normal(0.0, 5.0))
    if rng.random() < 0.25:
        yaw = float(rng.uniform(-180.0, 180.0))
    x, y = middle
    if rng.random() < 0.6:  # push it to the side
        dx, dy = DIRECTIONS[int(rng.integers(4))]
        reach = thing.spot(x, y, yaw).reach()[abs(dy)]
        shift = hall.floor.look(hall.floor.taken, middle, (dx, dy)) - reach - rng.uniform(0.2, 0.5)
        x, y = x + dx * shift, y + dy * shift
    return hall.place(thing, x, y, yaw)


def _pallet(rng: np.random.Generator) -> Thing:
    load = ("none", "cartons", "small_load_carriers", "pallet_box", "pallet_box")[int(rng.integers(5))]
    keys = {"load": load, "layers": int(rng.integers(1, 3)), "seed": int(rng.integers(2**31))}
    return Thing(Pallet, pallet.LENGTH, pallet.WIDTH, keys)


def _stillage(rng: np.random.Generator) -> Thing:
    return Thing(Stillage, stillage.LENGTH, stillage.WIDTH, {"mass": round(rng.uniform(85.0, 600.0))})


def _carton(rng: np.random.Generator) -> Thing:
    length, width, height = (round(rng.uniform(*span), 2) for span in ((0.4, 0.8), (0.3, 0.6), (0.25, 0.6)))
    return Thing(Carton, length, width, {"size": (length, width, height), "color": carton.any_color(rng)})


def _carrier(rng: np.random.Generator) -> Thing:
    keys = {"color": small_load_carrier.any_color(rng)}
    return Thing(SmallLoadCarrier, small_load_carrier.LENGTH, small_load_carrier.WIDTH, keys)


def _pallet_truck(rng: np.random.Generator) -> Thing:
    return Thing(PalletTruck, pallet_truck.LENGTH, pallet_truck.WIDTH, {"color": _paint(rng)})


def _forklift(rng: np.random.Generator) -> Thing:
    return Thing(Forklift, forklift.LENGTH, forklift.WIDTH, {"color": _paint(rng)})


def _paint(rng: np.random.Generator) -> str:
    return ("orange", "yellow", "red")[int(rng.integers(3))]


_KINDS: tuple[Callable[[np.random.Generator], Thing], ...] = (
    _pallet,
    _stillage,
    _carton,
    _carrier,
    _pallet_truck,
    _forklift,
)
_SHARES = (0.35, 0.15, 0.17, 0.08, 0.15, 0.1)
