"""Who moves along free ways: people who walk, vehicles that drive."""

from collections.abc import Sequence

import numpy as np

from factories.equipment.base import Point
from factories.equipment.forklift import Forklift
from factories.equipment.mobile_robot import MobileRobot
from factories.equipment.mover import Mover
from factories.equipment.worker import Worker
from factories.generation.floor import STEP, Floor
from factories.manners import Manners

APART = 1.5
"""Metres between two people at the start, and ``VEHICLES_APART`` from a vehicle to anybody."""
VEHICLES_APART = 3.0
LANES_APART = 2.6
"""Metres between the ways of two vehicles: they can hardly pass each other in an aisle."""
LEAST_LEG = 2.0
LEAST_DRIVE = 4.0
TRIES = 30
DIRECTIONS = ((1, 0), (0, 1), (-1, 0), (0, -1))


def workers(floor: Floor, rng: np.random.Generator, count: int, yields: Manners = True) -> list[Mover]:
    """Up to ``count`` people, each walking to and fro along straight legs over open floor."""
    found: list[Mover] = []
    for _ in range(TRIES):
        if len(found) == count:
            break
        start = floor.any_open(rng)
        if start is None:
            break
        if any(np.hypot(start[0] - w.at[0], start[1] - w.at[1]) < APART for w in found):
            continue
        if walk := _walk(floor, start, rng):
            speed = round(float(rng.uniform(0.7, 1.3)), 2)
            vest = ("orange", "yellow")[int(rng.integers(2))]
            keys = {"at": _rounded(start), "waypoints": walk, "speed": speed, "vest": vest, "yields": yields}
            found.append(Worker.model_validate(keys))
    return found


def vehicles(floor: Floor, rng: np.random.Generator, count: int, others: Sequence[Mover]) -> list[Mover]:
    """Up to ``count`` forklifts and robots, each driving to and fro along an axis of the hall over open floor."""
    found: list[Mover] = []
    for _ in range(TRIES):
        if len(found) == count or (middle := floor.any_open(rng)) is None:
            break
        kind: type[Mover] = (Forklift, MobileRobot)[int(rng.integers(2))]
        first = int(rng.integers(4))
        for direction in (first, first + 1):
            if drive := _drive(floor, middle, DIRECTIONS[direction % 4], kind):
                start, end = drive
                alone = all(_apart(drive, (v.at, v.waypoints[0])) >= LANES_APART for v in found)
                if alone and all(np.hypot(start[0] - m.at[0], start[1] - m.at[1]) >= VEHICLES_APART for m in others):
                    found.append(kind.model_validate({"at": start, "waypoints": [end]}))
                    break
    return found


def _apart(one: tuple[Point, Point], other: tuple[Point, Point]) -> float:
    """Metres between two ways along the hall's axes; 0 where they cross."""
    a, b = np.sort(one, axis=0), np.sort(other, axis=0)
    return float(np.linalg.norm(np.maximum(0.0, np.maximum(a[0], b[0]) - np.minimum(a[1], b[1]))))


def _drive(
    floor: Floor, middle: tuple[float, float], direction: tuple[int, int], kind: type[Mover]
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Ends of the straight way through ``middle`` on which a vehicle stays clear of everything; None if too short."""
    side, beyond = kind.model_validate({"at": middle}).sweep()
    spare = max(side, beyond) - side + 2 * STEP
    x, y = middle
    backwards = (-direction[0], -direction[1])
    ahead, behind = (floor.look(~floor.open, middle, d) - spare for d in (direction, backwards))
    if ahead + behind < LEAST_DRIVE:
        return None
    ends = ((x + s * direction[0], y + s * direction[1]) for s in (-behind, ahead))
    start, end = (_rounded(p) for p in ends)
    return start, end


def _walk(floor: Floor, start: tuple[float, float], rng: np.random.Generator) -> list[tuple[float, float]]:
    """Corners of a walk of one to four legs, each along an axis of the hall; empty where there is no room for one."""
    x, y = start
    corners: list[tuple[float, float]] = []
    came = -1
    for _ in range(int(rng.integers(1, 5))):
        runs = [floor.look(~floor.open, (x, y), direction) for direction in DIRECTIONS]
        choices = [k for k in range(4) if runs[k] - 0.1 >= LEAST_LEG and (came < 0 or k != (came + 2) % 4)]
        if not choices:
            break
        came = max(choices, key=lambda k: runs[k]) if rng.random() < 0.5 else choices[int(rng.integers(len(choices)))]
        step = float(rng.uniform(max(LEAST_LEG, runs[came] / 2), runs[came])) - 0.1
        x, y = x + DIRECTIONS[came][0] * step, y + DIRECTIONS[came][1] * step
        corners.append(_rounded((x, y)))
    return corners


def _rounded(xy: tuple[float, float]) -> tuple[float, float]:
    return round(xy[0], 2), round(xy[1], 2)
