"""Ways around what is on no map, and routes worked out only where they can lead."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from factories import ways
from factories.geodesics import GeodesicField
from factories.occupancy import OccupancyGrid
from twin.errors import PlanningError

CLEARANCE = 0.3


def hall(rng: np.random.Generator) -> OccupancyGrid:
    blocked = np.zeros((70, 100), dtype=bool)
    for _ in range(10):
        y, x = rng.integers(0, 65), rng.integers(0, 85)
        blocked[y : y + 4, x : x + rng.integers(1, 15)] = True
    return OccupancyGrid(blocked, 0.1)


def ends(grid: OccupancyGrid, rng: np.random.Generator) -> np.ndarray:
    cells = np.argwhere(grid.inflated(CLEARANCE).largest_free())
    assume(len(cells) > 100)
    return grid.centers(cells[rng.integers(len(cells), size=2)])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_route_is_the_one_that_the_whole_grid_gives(seed):
    rng = np.random.default_rng(seed)
    grid = hall(rng)
    start, goal = ends(grid, rng)
    field = GeodesicField(grid, goal, CLEARANCE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ways, "FIRST_GUESS", (np.inf, 0.0))
        whole = field.route(start)
    np.testing.assert_allclose(field.route(start), whole)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_detour_is_the_route_on_a_map_with_what_was_seen(seed):
    rng = np.random.default_rng(seed)
    grid = hall(rng)
    start, goal = ends(grid, rng)
    seen = np.zeros_like(grid.blocked)
    y, x = rng.integers(0, 60), rng.integers(0, 90)
    seen[y : y + 3, x : x + 5] = True
    known = replace(grid, blocked=grid.blocked | seen)
    free = known.inflated(CLEARANCE)
    assume(not free.is_blocked(np.array([start, goal])).any())
    try:
        expected = GeodesicField(known, goal, CLEARANCE).route(start)
    except PlanningError:
        with pytest.raises(PlanningError, match="no way leads from"):
            GeodesicField(grid, goal, CLEARANCE).detour(start, seen)
        return
    np.testing.assert_allclose(GeodesicField(grid, goal, CLEARANCE).detour(start, seen), expected)


def test_from_beside_what_was_seen_a_detour_leads_out_and_around():
    grid = OccupancyGrid(np.zeros((60, 100), dtype=bool), 0.1)
    seen = np.zeros_like(grid.blocked)
    seen[20:40, 50] = True
    route = GeodesicField(grid, (8.0, 3.0), CLEARANCE).detour((4.85, 2.8), seen)
    assert tuple(route[0]) == (4.85, 2.8)
    assert tuple(route[-1]) == (8.0, 3.0)
    wall = shapely.box(5.0, 2.0, 5.1, 4.0)
    assert not shapely.LineString(route).intersects(wall.buffer(-0.03))
    assert shapely.LineString(route[-2:]).distance(wall) > CLEARANCE - 0.05


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_way_out_comes_no_nearer_to_anything(seed):
    rng = np.random.default_rng(seed)
    blocked = np.zeros((70, 100), dtype=bool)
    blocked[rng.integers(10, 60, 12), rng.integers(10, 90, 12)] = True  # posts
    grid, nothing = OccupancyGrid(blocked, 0.1), np.zeros_like(blocked)
    tight = np.argwhere(grid.inflated(CLEARANCE).blocked & ~blocked & (grid.clearance() > 0.12))
    goals = np.argwhere(grid.inflated(CLEARANCE).largest_free())
    start, goal = grid.centers(np.stack([rng.choice(tight), rng.choice(goals)]))
    route = shapely.LineString(GeodesicField(grid, goal, CLEARANCE).detour(start, nothing))
    posts = [shapely.box(x, y, x + 0.1, y + 0.1) for y, x in np.argwhere(blocked) / 10]
    solid = shapely.union_all([*posts, shapely.box(0, 0, 10, 7).exterior])
    assert route.distance(solid) > shapely.Point(start).distance(solid) - 0.08


@pytest.mark.parametrize("start", [(2.0, 3.0), (-1.0, 3.0)])
def test_where_all_is_blocked_or_off_the_map_there_is_none(start):
    grid = OccupancyGrid(np.zeros((60, 100), dtype=bool), 0.1)
    seen = np.zeros_like(grid.blocked)
    seen[:, 50] = True
    with pytest.raises(PlanningError, match=r"no way leads from \("):
        GeodesicField(grid, (8.0, 3.0), CLEARANCE).detour(start, seen)
