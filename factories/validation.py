"""What a layout's types cannot say: things that overlap, stand outside, walk through walls, leave no room."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from factories.builder import shell
from factories.equipment import Equipment
from factories.layout import Layout, corners
from factories.walks import walked
from twin.errors import InputError
from twin.wording import article
from twin.yaml_files import Location

TOLERANCE = 1e-3
"""Metres; what touches does not overlap."""
ROBOT_RADIUS = 0.5
"""A place that a 0.8 x 0.6 m robot can turn in."""
ROBOT = "robot"
"""What a robot is called that is put into the hall."""


def validate(layout: Layout) -> None:
    """Raise ``InputError`` with everything that is wrong with a layout."""
    if found := list(problems(layout)):
        lines = "\n  ".join(f"{_key(location)}: {message}" for location, message in found)
        raise InputError(f"layout '{layout.name}':\n  {lines}")


def problems(layout: Layout) -> Iterator[tuple[Location, str]]:
    """Where and what is wrong: names that are taken, overlaps, things outside, blocked walks, no room for a robot."""
    import shapely

    yield from _names(layout)
    outlines = [corners(item, item.solids()) for item in layout.equipment]
    owner = np.repeat(np.arange(len(outlines)), [len(outline) for outline in outlines])
    solids = shapely.polygons(np.concatenate([np.zeros((0, 4, 2)), *outlines]))
    yield from _outside(layout, owner, solids)
    yield from _overlaps(layout, owner, solids)
    yield from _walks(layout, owner, solids)
    yield from _no_room(layout, solids)


def _names(layout: Layout) -> Iterator[tuple[Location, str]]:
    taken = {ROBOT: "the robot"} | {name: "the hall itself" for name, _ in shell(layout)}
    for i, item in enumerate(layout.equipment):
        if item.name in taken:
            yield ("equipment", i, "name"), f"the name '{item.name}' is taken by {taken[item.name]}"
        taken.setdefault(item.name, f"{article(item.type)} before it")


def _outside(layout: Layout, owner: Any, solids: Any) -> Iterator[tuple[Location, str]]:
    import shapely

    x0, y0, x1, y1 = layout.bounds
    hall = shapely.box(x0 - TOLERANCE, y0 - TOLERANCE, x1 + TOLERANCE, y1 + TOLERANCE)
    inside = f"the hall, x {x0:g} to {x1:g}, y {y0:g} to {y1:g}"
    for i in np.unique(owner[~shapely.within(solids, hall)]):
        yield ("equipment", int(i), "at"), f"{_name(layout.equipment[i])} stands outside {inside}"
    for i, item in enumerate(layout.equipment):
        patrol = item.patrol()
        for k, (x, y) in enumerate(patrol.waypoints[1:] if patrol else ()):
            if not (x0 <= x <= x1 and y0 <= y <= y1):
                yield ("equipment", i, "waypoints", k), f"{_name(item)} would walk out of {inside}"


def _overlaps(layout: Layout, owner: Any, solids: Any) -> Iterator[tuple[Location, str]]:
    import shapely

    tree = shapely.STRtree(solids)
    a, b = tree.query(solids, predicate="intersects")
    different = owner[a] < owner[b]
    a, b = a[different], b[different]
    common = shapely.intersection(solids[a], solids[b])
    deep = ~shapely.is_empty(shapely.buffer(common, -TOLERANCE / 2))
    areas: dict[tuple[int, int], float] = {}
    for i, j, area in zip(owner[a[deep]], owner[b[deep]], shapely.area(common[deep]), strict=True):
        pair = int(i), int(j)
        areas[pair] = areas.get(pair, 0.0) + float(area)
    for (i, j), area in sorted(areas.items()):
        one, other = layout.equipment[i], layout.equipment[j]
        yield ("equipment", j, "at"), f"{_name(other)} overlaps {_name(one)} by {area:.2g} m2"


def _walks(layout: Layout, owner: Any, solids: Any) -> Iterator[tuple[Location, str]]:
    import shapely

    walkers = np.array([item.patrol() is not None for item in layout.equipment], dtype=bool)
    if not walkers.any():
        return
    standing = ~walkers[owner]
    tree, owners = shapely.STRtree(solids[standing]), owner[standing]
    for i in np.flatnonzero(walkers):
        item = layout.equipment[int(i)]
        legs = walked(item)
        for k, path in enumerate(legs):
            for hit in np.unique(owners[tree.query(path, predicate="intersects")]):
                key = ("equipment", int(i), "waypoints", min(k, len(item.waypoints) - 1))  # type: ignore[attr-defined]
                yield key, f"{_name(item)} would walk through {_name(layout.equipment[hit])}"


def _no_room(layout: Layout, solids: Any) -> Iterator[tuple[Location, str]]:
    import shapely

    taken = np.concatenate([solids, shapely.polygons(layout.keepouts())])
    x0, y0, x1, y1 = layout.bounds
    margin = ROBOT_RADIUS
    xs, ys = np.linspace(x0 + margin, x1 - margin, 60), np.linspace(y0 + margin, y1 - margin, 60)
    points = shapely.points(*np.meshgrid(xs, ys)).ravel()
    blocked, _ = shapely.STRtree(taken).query(points, predicate="dwithin", distance=margin)
    if len(np.unique(blocked)) < len(points):
        return  # the quick answer, nearly always
    free = shapely.difference(shapely.box(x0, y0, x1, y1), shapely.union_all(taken))
    if shapely.is_empty(shapely.buffer(free, -margin)):
        yield ("size",), f"no free floor is left for a robot of {ROBOT_RADIUS} m radius"


def _name(item: Equipment) -> str:
    return f"{item.type} '{item.name}'"


def _key(location: Location) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location).lstrip(".")
