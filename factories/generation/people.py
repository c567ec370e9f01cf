"""People who walk along free ways."""

import numpy as np

from factories.equipment.worker import Worker
from factories.generation.floor import Floor

APART = 1.5
"""Metres between two people at the start."""
LEAST_LEG = 2.0
TRIES = 30
DIRECTIONS = ((1, 0), (0, 1), (-1, 0), (0, -1))


def workers(floor: Floor, rng: np.random.Generator, count: int) -> list[Worker]:
    """Up to ``count`` people, each walking to and fro along straight legs over open floor."""
    found: list[Worker] = []
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
            found.append(
                Worker.model_validate({"at": _rounded(start), "waypoints": walk, "speed": speed, "vest": vest})
            )
    return found


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
