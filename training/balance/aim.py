"""Shots that are meant to show an object of some cell."""

from collections.abc import Mapping, Sequence
from math import atan2

import numpy as np
import numpy.typing as npt

from training.balance.targets import Cell, Targets
from training.stills.mounts import Mount
from training.stills.shots import Shot, aimed, middle
from training.stills.stages import Stage
from twin.geometry import FloatArray
from twin.taxonomy import having

REACH = (0.5, 14.0)
"""m from which things are looked at where the cell does not say."""
FARTHEST = 25.0
"""m beyond which nothing is worth a look, whatever the cell says."""
RING = 0.4
"""m by which a place may be nearer or farther than was drawn."""
SPREAD = 0.25
"""rad by which the camera misses the object's middle."""
SCREEN_REACH = 5.0
"""m from an object to what is to hide a part of it."""
ASIDE = 0.15
"""rad by which a camera may stand beside the line that it is meant to be on."""
AGAIN = 1.2
"""m that a camera is moved from where another one saw what is rare."""


def aim(
    stage: Stage, targets: Targets, cell: Cell, mounts: Mapping[str, Mount], moments: int, rng: np.random.Generator
) -> Shot | None:
    """A shot at some object that could be of the cell, from a distance that fits; None where this try found none.

    Where the cell is of what is partly hidden, something is in between.
    """
    rows = candidates(stage, cell)
    if not len(rows):
        return None
    row, moment = int(rng.choice(rows)), int(rng.integers(moments))
    target = middle(stage, row, moment)
    name = list(mounts)[int(rng.integers(len(mounts)))]
    bearing = None
    if "occlusion" in cell.where and targets.bins["occlusion"][cell.where["occlusion"]][0] > 0:
        bearing = _past_something(stage, row, moment, rng)
    distance = _distance(targets, cell, stage.objects.size[row], rng)
    place = _place(stage, mounts[name], target, distance, bearing, rng)
    if place is None:
        return None
    return aimed(stage, name, mounts[name], moment, place, target, rng, SPREAD)


def again(
    stage: Stage, known: Sequence[Shot], mounts: Mapping[str, Mount], moments: int, rng: np.random.Generator
) -> Shot | None:
    """Another shot from near one that is known, about the same way; None where there is no room."""
    shot = known[int(rng.integers(len(known)))]
    mount, before = mounts[shot.mount], np.array(shot.pose[:2])
    near = np.flatnonzero(np.hypot(*(stage.places(mount) - before).T) < AGAIN)
    if not len(near):
        return None
    x, y = stage.places(mount)[int(rng.choice(near))]
    ahead = shot.camera_axis()
    moment = shot.moment if rng.random() < 0.5 else int(rng.integers(moments))
    target = np.array(shot.pose[:3]) + 4.0 * ahead
    return aimed(stage, shot.mount, mount, moment, (float(x), float(y)), target, rng, SPREAD / 2)


def obstacle(stage: Stage, targets: Targets, cell: Cell) -> str:
    """Why no still of the scene can have an object of the cell, whatever its place; empty where one may."""
    if not len(candidates(stage, cell)):
        return (
            f"there is no {cell.where['class'].replace('_', ' ')}" if "class" in cell.where else "nothing is labelled"
        )
    if "time_of_day" in cell.where:
        low, high = targets.bins["time_of_day"][cell.where["time_of_day"]]
        if np.isnan(stage.hour):
            return "no time of day is drawn: a scenario draws one"
        if not low <= stage.hour < high:
            return f"it is never {cell.where['time_of_day']}"
    return ""


def candidates(stage: Stage, cell: Cell) -> npt.NDArray[np.int64]:
    """Rows of ``stage.objects`` that are of the cell's class."""
    wanted = cell.where.get("class")
    return np.flatnonzero([wanted is None or i.class_name == wanted for i in stage.objects.instances])


def _distance(targets: Targets, cell: Cell, size: FloatArray, rng: np.random.Generator) -> float:
    """From the camera to the object's middle, m; drawn so that near is as likely as far."""
    low, high = targets.bins["distance"][cell.where["distance"]] if "distance" in cell.where else REACH
    low, high = max(low, REACH[0]), min(high, FARTHEST)
    drawn = float(np.exp(rng.uniform(np.log(low), np.log(max(high, low + 0.1)))))
    return drawn + float(np.linalg.norm(size[:2])) / 3  # bins are of the distance to its surface


def _past_something(stage: Stage, row: int, moment: int, rng: np.random.Generator) -> float | None:
    """Direction (rad) from an object past some other one near it."""
    table, target = stage.objects, middle(stage, row, moment)
    poses = stage.poses(moment)[table.body]
    gaps = np.hypot(*(poses[:, :2] - target[:2]).T)
    others = [k for k in np.flatnonzero(gaps < SCREEN_REACH).tolist() if _screens(stage, row, k)]
    if not others:
        return None
    other = others[int(rng.integers(len(others)))]
    x, y = middle(stage, other, moment)[:2] + rng.uniform(-0.6, 0.6, 2) * max(table.size[other][:2]) - target[:2]
    return atan2(y, x)


def _screens(stage: Stage, row: int, other: int) -> bool:
    return other != row and stage.objects.instances[other].class_name not in having("backdrop")


def _place(
    stage: Stage, mount: Mount, target: FloatArray, distance: float, bearing: float | None, rng: np.random.Generator
) -> tuple[float, float] | None:
    """A free place from which the target is so far away, about on the line with that bearing from it."""
    heights, places = stage.heights(mount), stage.places(mount)
    if heights is None or not len(places):
        return None
    rise = float(np.clip(target[2], *heights)) - float(target[2])
    along = np.sqrt(max(distance**2 - rise**2, 0.0))
    x, y = (places - target[:2]).T
    fits = np.abs(np.hypot(x, y) - along) < RING
    if bearing is not None:
        fits &= x * np.cos(bearing) + y * np.sin(bearing) > np.hypot(x, y) * np.cos(ASIDE)
    ring = np.flatnonzero(fits)
    if not len(ring):
        return None
    x, y = places[int(ring[int(rng.integers(len(ring)))])]
    return float(x), float(y)
