"""What an instruction says is true: the landmark is the nearest, and so many aisles are crossed."""

from itertools import pairwise

import gymnasium
import numpy as np
import pytest

import factories
from envs.instructions import aisles_of, directions, instruction
from factories.layout import Layout, corners

LAYOUTS = ("small_warehouse", "narrow_aisles", "cross_dock", "assembly_line")


def sampled(route: np.ndarray, step: float = 0.01) -> np.ndarray:
    """Points along a polyline, a centimetre apart."""
    legs = [
        a + np.linspace(0, 1, max(2, int(np.hypot(*(b - a)) / step)))[:, None] * (b - a) for a, b in pairwise(route)
    ]
    return np.concatenate(legs)


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_landmark_is_the_nearest(name: str) -> None:
    layout = factories.load(name)
    rng = np.random.default_rng(3)
    x0, y0, x1, y1 = layout.bounds
    for goal in rng.uniform((x0, y0), (x1, y1), (20, 2)):
        told = directions(layout, np.stack([np.zeros(2), goal]))
        gaps = {}
        for item in layout.equipment:
            if not item.landmark or not min(item.footprint()) > 0:
                continue
            length, width = item.footprint()
            (outline,) = corners(item, ((-length / 2, -width / 2, length, width),))
            edge = sampled(np.concatenate([outline, outline[:1]]))
            c, s = np.cos(item.heading), np.sin(item.heading)
            local = np.abs((goal - item.at) @ np.array([[c, -s], [s, c]]))
            inside = (local <= np.array((length, width)) / 2).all()
            gaps[item.name] = 0.0 if inside else float(np.hypot(*(edge - goal).T).min())
        assert gaps[told.landmark] <= min(gaps.values()) + 0.01
        assert told.distance == pytest.approx(gaps[told.landmark], abs=0.01)
        assert told.kind == next(item.type for item in layout.equipment if item.name == told.landmark)


def test_the_shipped_aisles_are_found() -> None:
    assert [round(aisle.line[0, 1], 1) for aisle in aisles_of(factories.load("narrow_aisles"))] == [2.3, 6.7, 11.0]
    assert len(aisles_of(factories.load("small_warehouse"))) == 2
    assert aisles_of(factories.load("cross_dock")) == []


@pytest.mark.parametrize(
    ("route", "aisles"),
    [
        ([(7.5, 1.0), (7.5, 2.0)], 0),
        ([(7.5, 1.0), (7.5, 4.0)], 1),
        ([(7.5, 1.0), (7.5, 8.0)], 2),
        ([(7.5, 1.0), (7.5, 14.0)], 3),
        ([(7.5, 14.0), (7.5, 1.0)], 3),
        ([(7.5, 1.0), (7.5, 4.0), (7.5, 1.5)], 0),
        ([(3.0, 1.0), (3.0, 14.0)], 0),
        ([(30.0, 1.0), (30.0, 8.0), (20.0, 6.9)], 1),
    ],
)
def test_aisles_on_the_way_are_counted(route: list[tuple[float, float]], aisles: int) -> None:
    layout = factories.load("narrow_aisles")
    assert directions(layout, np.array(route)).aisles == aisles


def test_the_aisles_of_episodes_are_those_that_a_walk_along_the_route_crosses() -> None:
    env = gymnasium.make("FactoryTwin/PointNav-v0", layout="narrow_aisles").unwrapped
    counts = set()
    for seed in range(24):
        _, info = env.reset(seed=seed)
        route, layout = env.navigator.route, env.site.layout
        told = directions(layout, route)
        steps = sampled(route)
        crossed = 0
        for aisle in aisles_of(layout):
            (xa, y), (xb, _) = aisle.line[np.argsort(aisle.line[:, 0])]
            beside = (steps[:, 0] > xa - 3) & (steps[:, 0] < xb + 3)
            above = steps[:, 1] > y
            ends_inside = beside[[0, -1]] & (np.abs(steps[[0, -1], 1] - y) <= 0.95)  # aisles of 1.9 m
            times = np.count_nonzero(beside[1:] & (above[1:] != above[:-1]))
            crossed += int(times % 2 and not ends_inside.any())
        assert told.aisles == crossed
        assert info["instruction"] == instruction(layout, route)
        assert told.kind.replace("_", " ") in info["instruction"]
        assert ("aisle" in info["instruction"]) == (crossed > 0)
        counts.add(crossed)
    env.close()
    assert len(counts) >= 3


def test_sentences() -> None:
    layout = factories.load("narrow_aisles")
    dock = next(item for item in layout.equipment if item.name == "dock_1").at
    way = np.array([(7.5, 3.5), (7.5, 13.0), (dock[0], dock[1] - 0.8)])
    assert instruction(layout, way[[0, 2]] + [[0, 8], [0, 0]]) == "Go to the charging dock."
    assert instruction(layout, way) == "Go to the charging dock beyond the second aisle."
    door = next(item for item in factories.load("cross_dock").equipment if item.name == "out_3").at
    assert instruction(factories.load("cross_dock"), np.array([(17.0, 9.5), (door[0], door[1] - 0.9)])) == (
        "Go to door OUT 3."
    )
    staff = np.array([(20.0, 10.0), (28.9, 10.0)])  # its door shows a pictogram
    assert instruction(factories.load("small_warehouse"), staff) == "Go to the door."
    assert instruction(Layout(name="empty", size=(9, 9)), way) == "Go to the goal."
