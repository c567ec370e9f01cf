"""What stands in a hall besides racks: gates, chargers, pillars, machines, benches, conveyors."""

import math
from collections.abc import Callable

import numpy as np

from factories.equipment import charging_dock
from factories.equipment.barrier import THICKNESS, Barrier
from factories.equipment.charging_dock import ChargingDock
from factories.equipment.conveyor import Conveyor
from factories.equipment.door import Door
from factories.equipment.machine import Machine
from factories.equipment.pillar import Pillar
from factories.equipment.workstation import Workstation
from factories.generation.floor import Spot
from factories.generation.hall import Hall, Thing

ROOM_TO_DOCK, ROOM_BESIDE = 3.0, 0.85
"""Metres before a charging dock, and to each side of its middle, that are kept free where docks are asked for."""
MISSES = 25
"""Failed tries in a row after which a hall counts as full."""
PILLAR = 0.4
GATE_THICKNESS = Door.model_fields["thickness"].default


def add_gates(hall: Hall, rng: np.random.Generator) -> None:
    """One to four closed gates in the walls."""
    wanted = min(4, 1 + int(rng.integers(1 + int(sum(hall.size) / 12))))
    for _ in range(wanted * 4):
        width = 3.0 if rng.random() < 0.8 and min(hall.size) > 10 else 1.2
        thing = Thing(Door, width, GATE_THICKNESS, {"width": width, "height": 3.5 if width > 2 else 2.2})
        wanted -= hall.place_at_wall(thing, rng, front_deg=-90.0, gap=0.01)
        if not wanted:
            return


def add_chargers(hall: Hall, rng: np.random.Generator) -> None:
    """A charging dock, two in a large hall."""
    wanted = 1 + (hall.size[0] * hall.size[1] > 500)
    thing = Thing(ChargingDock, charging_dock.LENGTH, charging_dock.WIDTH, {})
    for _ in range(100):
        wanted -= hall.place_at_wall(thing, rng, front_deg=0.0)
        if not wanted:
            return


def add_docks(hall: Hall, rng: np.random.Generator, count: int) -> None:
    """Charging docks with room to drive up to them; fewer where there is none."""
    thing = Thing(ChargingDock, charging_dock.LENGTH, charging_dock.WIDTH, {})
    for _ in range(300):
        if not count:
            return
        x, y, yaw_deg = hall.at_wall(thing, rng, front_deg=0.0)
        away, heading = charging_dock.LENGTH / 2 + 0.1 + ROOM_TO_DOCK / 2, math.radians(yaw_deg)
        middle = x + away * math.cos(heading), y + away * math.sin(heading)
        room = Spot(*middle, ROOM_TO_DOCK, 2 * ROOM_BESIDE, heading)
        if hall.place_before(thing, x, y, yaw_deg, room):
            count -= 1


def add_pillars(hall: Hall, rng: np.random.Generator, limit: float) -> None:
    """Pillars on a grid that spans the hall, where they stand in nobody's way, up to ``limit`` m2 in all."""
    thing = Thing(Pillar, PILLAR, PILLAR, {"width": PILLAR, "depth": PILLAR})
    columns, rows = (max(1, round(length / rng.uniform(6.0, 12.0))) for length in hall.size)
    for i in range(1, columns):
        for j in range(1, rows):
            if hall.covered() + PILLAR**2 > limit:
                return
            hall.place(thing, i * hall.size[0] / columns, j * hall.size[1] / rows, 0.0)


def add_fittings(hall: Hall, rng: np.random.Generator, limit: float) -> None:
    """Machines, benches, conveyors and guard rails, until everything covers ``limit`` m2 or nothing more fits."""
    misses = 0
    while misses < MISSES:
        thing = _KINDS[int(rng.choice(len(_KINDS), p=_SHARES))](rng)
        if hall.covered() + thing.length * thing.width > limit:
            misses += 5
        elif _place(hall, thing, rng):
            misses = 0
        else:
            misses += 1


def _place(hall: Hall, thing: Thing, rng: np.random.Generator) -> bool:
    if rng.random() < 0.5:
        return hall.place_at_wall(thing, rng, front_deg=-90.0)
    middle = hall.floor.any_open(rng)
    return middle is not None and hall.place(thing, *middle, 90.0 * int(rng.integers(4)))


def _machine(rng: np.random.Generator) -> Thing:
    length, depth = round(rng.uniform(1.4, 3.4), 2), round(rng.uniform(1.1, 2.2), 2)
    keys = {
        "length": length,
        "depth": depth,
        "height": round(rng.uniform(1.6, 2.6), 2),
        "color": ("white", "green")[int(rng.integers(2))],
        "state": ("running", "waiting")[int(rng.integers(2))],
    }
    return Thing(Machine, length, depth, keys)


def _workstation(rng: np.random.Generator) -> Thing:
    length, depth = round(rng.uniform(1.4, 2.6), 2), round(rng.uniform(0.7, 1.0), 2)
    return Thing(Workstation, length, depth, {"length": length, "depth": depth, "seed": int(rng.integers(2**31))})


def _conveyor(rng: np.random.Generator) -> Thing:
    length, width = round(rng.uniform(2.0, 7.0), 1), round(rng.uniform(0.6, 1.0), 2)
    speed, cartons = round(rng.uniform(0.2, 0.6), 2), int(rng.integers(3))
    return Thing(Conveyor, length, width, {"length": length, "width": width, "speed": speed, "cartons": cartons})


def _barrier(rng: np.random.Generator) -> Thing:
    length = round(rng.uniform(1.0, 4.0), 1)
    return Thing(Barrier, length, THICKNESS, {"length": length})


_KINDS: tuple[Callable[[np.random.Generator], Thing], ...] = (_machine, _workstation, _conveyor, _barrier)
_SHARES = (0.35, 0.3, 0.2, 0.15)
