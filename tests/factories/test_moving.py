"""Nobody who moves goes through what stands, through others or through a robot, in shipped and generated factories."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import factories
import robots
from factories.equipment.worker import RADIUS, Worker
from factories.layout import Layout, corners
from twin.footprints import footprints
from twin.patrols import Patrols
from twin.scene import Pose, Scene

TICK = 0.1


@dataclass(frozen=True)
class Watched:
    """What was seen over a run."""

    walked: np.ndarray
    """Metres that each went."""
    longest_rest: np.ndarray
    """Seconds that each stood at most."""


def watched(layout: Layout, seed: int | None, seconds: float, robot: tuple[float, float] | None = None) -> Watched:
    """Let everybody move; fails where two of them overlap, or one and what stands."""
    place = Pose.planar(*(robot or (1e3, 1e3)))
    hall = factories.build(layout)
    scene = factories.build(layout, robots.load("amr"), place)
    patrols = Patrols(scene)
    if seed is not None:
        patrols.reset(np.random.default_rng(seed))
    movers = [item for item in layout.equipment if item.patrol()]
    solids = _solids(layout, hall)
    walls = shapely.box(*layout.bounds)
    amr = shapely.affinity.translate(shapely.box(-0.4, -0.3, 0.4, 0.3), *place.position[:2])
    walked, rest, longest = (np.zeros(len(movers)) for _ in range(3))
    for tick in range(round(seconds / TICK)):
        before = patrols.state[:, :2].copy()
        patrols.advance(TICK, place.position[:2])
        step = np.hypot(*(patrols.state[:, :2] - before).T)
        walked += step
        rest = np.where(step < 0.02 * TICK, rest + TICK, 0.0)
        longest = np.maximum(longest, rest)
        if tick % 3 == 0:
            outlines = list(_outlines(movers, patrols))
            for k, outline in enumerate(outlines):
                assert not outline.intersects(solids), (movers[k].name, tick)
                assert outline.within(walls), (movers[k].name, tick)
                assert not outline.intersects(amr), (movers[k].name, tick)
                assert not any(outline.intersects(other) for other in outlines[:k]), (movers[k].name, tick)
    return Watched(walked, longest)


def _solids(layout: Layout, scene: Scene) -> shapely.Geometry:
    """All of racks and the like; of the rest, what can be touched: between a parked truck's forks there is room."""
    whole = [
        corners(i, i.solids()) for i in layout.equipment if i.type in ("rack", "conveyor", "machine", "workstation")
    ]
    felt = footprints(scene)
    signs = np.array(list(itertools.product((-1, 1), repeat=3)))
    slabs = felt.slabs[:, None, 0] + np.einsum("ck,nkx->ncx", signs, felt.slabs[:, 1:])
    shapes = [shapely.convex_hull(shapely.multipoints(points)) for points in (*slabs, *felt.polygons)]
    discs = [shapely.Point(x, y).buffer(radius) for x, y, radius in felt.discs]
    boxes = shapely.polygons(np.concatenate([np.zeros((0, 4, 2)), *whole]))
    walls = shapely.box(*layout.bounds).exterior.buffer(0.3)
    return shapely.union_all([s for s in (*shapes, *discs, *boxes) if not walls.contains(s)])


def _outlines(movers: list, patrols: Patrols) -> Iterator[shapely.Polygon]:
    for item, (x, y, heading) in zip(movers, patrols.state[:, :3], strict=True):
        if isinstance(item, Worker):
            yield shapely.Point(x, y).buffer(RADIUS)
        else:
            length, width = item.footprint()
            box = shapely.box(-length / 2, -width / 2, length / 2, width / 2)
            turned = shapely.affinity.rotate(box, heading, origin=(0, 0), use_radians=True)
            yield shapely.affinity.translate(turned, x, y)


@pytest.mark.parametrize("name", factories.names())
def test_in_shipped_factories_everybody_gets_on_and_touches_nothing(name: str) -> None:
    seen = watched(factories.load(name), seed=3, seconds=120)
    assert (seen.walked > 50).all()
    assert (seen.longest_rest < 12).all()


@pytest.mark.parametrize("name", factories.names())
def test_a_robot_in_the_way_of_the_first_is_not_touched_and_stops_nobody_for_ever(name: str) -> None:
    layout = factories.load(name)
    patrol = next(item.patrol() for item in layout.equipment if item.patrol())
    x, y = np.mean(patrol.waypoints[:2], axis=0).tolist()
    seen = watched(layout, seed=None, seconds=120, robot=(x, y))
    assert (seen.walked > 20).all()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**40), st.floats(0, 0.4))
def test_in_generated_factories_everybody_gets_on_and_touches_nothing(seed: int, density: float) -> None:
    manners = [True, False, "cooperates"]
    layout = factories.generate(seed, size=(24, 16), density=density, workers=4, vehicles=3, yields=manners)
    seen = watched(layout, seed, seconds=60)
    assert (seen.walked > 5).all()
