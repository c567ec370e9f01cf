import subprocess
import sys

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from factories.geodesics import GeodesicField
from factories.occupancy import OccupancyGrid
from twin.errors import PlanningError

CLEARANCE = 0.3
seeds = st.integers(0, 2**32 - 1)


def cluttered(rng: np.random.Generator, boxes: int = 12) -> OccupancyGrid:
    blocked = np.zeros((70, 100), dtype=bool)
    for _ in range(boxes):
        y, x = rng.integers(0, 65), rng.integers(0, 85)
        blocked[y : y + 5, x : x + rng.integers(1, 15)] = True
    return OccupancyGrid(blocked, 0.1, (-2.0, 1.0))


def places(grid: OccupancyGrid, rng: np.random.Generator, count: int) -> np.ndarray:
    """Points anywhere in free cells of one free part."""
    cells = np.argwhere(grid.inflated(CLEARANCE).largest_free())
    assume(len(cells) > 100)
    chosen = grid.centers(cells[rng.integers(len(cells), size=count)])
    return chosen + rng.uniform(-0.045, 0.045, chosen.shape)


def length(route: np.ndarray) -> float:
    return float(np.hypot(*np.diff(route, axis=0).T).sum())


def solid(grid: OccupancyGrid) -> shapely.Geometry:
    low = grid.centers(np.argwhere(grid.blocked)) - grid.resolution / 2
    return shapely.union_all(shapely.box(*low.T, *(low + grid.resolution).T))


def test_in_an_empty_hall_distance_is_the_straight_line():
    grid = OccupancyGrid(np.zeros((200, 300), dtype=bool), 0.1)
    field = GeodesicField(grid, (3.03, 4.01), CLEARANCE)
    points = np.random.default_rng(0).uniform([0.5, 0.5], [29.5, 19.5], (2000, 2))
    straight = np.hypot(*(points - field.goal).T)
    excess = field.distance(points) - straight
    assert excess.min() > -1e-12
    assert (excess < 0.006 * straight + 0.05).all()
    inner = points[np.abs(points - [15.0, 10.0]).max(axis=1) < 9.0][:50]
    assert all(len(field.route(p)) == 2 for p in inner)


@pytest.mark.parametrize("clearance", [0.3, 0.5])
def test_around_the_end_of_a_wall_distance_is_that_of_a_taut_string(clearance):
    blocked = np.zeros((200, 300), dtype=bool)
    blocked[:120, 150] = True
    grid = OccupancyGrid(blocked, 0.1)
    goal = np.array([10.0, 5.0])
    field = GeodesicField(grid, goal, clearance)
    # The string bends about the free cells' border, which lies between the clearance and 1.7 cells more.
    tight, wide = (shapely.box(15.0, 0.0, 15.1, 12.0).buffer(clearance + more, quad_segs=64) for more in (0.0, 0.17))
    for point in np.random.default_rng(1).uniform([16.5, 0.5], [29.5, 11.0], (30, 2)):
        strings = []
        for shape in (tight, wide):
            arc = [q for q in np.array(shape.exterior.coords) if q[1] > 1]
            hull = np.array(shapely.convex_hull(shapely.MultiPoint([goal, point, *arc])).exterior.coords)[:-1]
            strings.append(max(length(chain) for chain in _chains(hull, goal, point)))
        assert strings[0] <= field.distance(point) <= strings[1] * 1.015
        assert strings[0] <= length(field.route(point)) <= strings[1] * 1.05


def _chains(hull: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    first, second = (int(np.argmin(np.hypot(*(hull - p).T))) for p in (a, b))
    hull = np.roll(hull, -first, axis=0)
    second = (second - first) % len(hull)
    return hull[: second + 1], np.vstack([hull[second:], hull[:1]])


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_distances_obey_the_laws_of_a_metric(seed):
    rng = np.random.default_rng(seed)
    grid = cluttered(rng)
    a, b, c = places(grid, rng, 3)
    to_b, to_c = GeodesicField(grid, b, CLEARANCE), GeodesicField(grid, c, CLEARANCE)
    ab, ac, bc = to_b.distance(a), to_c.distance(a), to_c.distance(b)
    assert ab >= np.hypot(*(a - b)) - 1e-9
    # Every corner on the way adds up to 0.1 m, more one way than the other.
    assert ac <= (ab + bc) * 1.02 + 0.2
    assert abs(ab - GeodesicField(grid, a, CLEARANCE).distance(b)) <= 0.02 * ab + 0.2
    assert to_b.distance(b) == 0.0


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_routes_keep_clear_and_are_nearly_shortest(seed):
    rng = np.random.default_rng(seed)
    grid = cluttered(rng)
    start, goal = places(grid, rng, 2)
    assume(np.hypot(*(start - goal)) > 0.5)
    field = GeodesicField(grid, goal, CLEARANCE)
    route = field.route(start)
    assert (route[0] == start).all()
    assert (route[-1] == goal).all()
    assert shapely.LineString(route).distance(solid(grid)) > CLEARANCE - 0.5 * grid.resolution
    assert field.distance(start) * 0.98 - 0.1 <= length(route) <= field.distance(start) * 1.3 + 0.3


def test_routes_stay_away_from_corners_where_there_is_room():
    blocked = np.zeros((100, 100), dtype=bool)
    blocked[:50, 50] = True
    grid = OccupancyGrid(blocked, 0.1)
    route = GeodesicField(grid, (8.0, 2.0), CLEARANCE).route([2.0, 2.0])
    assert shapely.LineString(route).distance(solid(grid)) > CLEARANCE + 0.2


def test_a_narrow_passage_is_taken_when_it_fits_and_only_then():
    blocked = np.zeros((40, 60), dtype=bool)
    blocked[:, 30] = True
    blocked[15:25, 30] = False  # 1 m wide
    grid = OccupancyGrid(blocked, 0.1)
    assert len(GeodesicField(grid, (5.0, 2.0), 0.4).route([1.0, 2.0])) == 2
    field = GeodesicField(grid, (5.0, 2.0), 0.55)
    assert np.isinf(field.distance([1.0, 2.0]))
    assert not field.reachable[:, :30].any()


def test_from_too_close_to_a_wall_there_is_a_way_out_on_the_same_side():
    blocked = np.zeros((60, 60), dtype=bool)
    blocked[:50, 30] = True
    field = GeodesicField(OccupancyGrid(blocked, 0.1), (5.0, 1.0), 0.4)
    near_left, near_right = [2.95, 1.0], [3.15, 1.0]
    assert field.distance(near_right) == pytest.approx(1.85, abs=0.1)
    assert field.distance(near_left) > 8
    route = field.route(near_left)
    assert tuple(route[0]) == tuple(near_left)
    assert not shapely.LineString(route).intersects(shapely.box(3.0, 0.0, 3.1, 5.0))
    assert np.isinf(field.distance([3.05, 1.0]))


def test_distances_come_in_the_shape_they_are_asked_in():
    field = GeodesicField(OccupancyGrid(np.zeros((30, 40), dtype=bool), 0.1), (1.0, 1.0), 0.2)
    assert field.distance([2.0, 1.0]).shape == ()
    assert field.distance(np.ones((4, 5, 2))).shape == (4, 5)
    assert list(np.isinf(field.distance([[2.0, 1.0], [-1.0, 1.0], [2.0, 9.0]]))) == [False, True, True]


def test_messages_say_where_and_what_is_near():
    blocked = np.zeros((40, 60), dtype=bool)
    blocked[:, 30] = True
    grid = OccupancyGrid(blocked, 0.1)
    with pytest.raises(
        PlanningError, match=r"the goal \(3\.05, 2\.00\) is inside something solid; the nearest free place is"
    ):
        GeodesicField(grid, (3.05, 2.0), 0.3)
    with pytest.raises(PlanningError, match=r"the goal \(2\.80, 2\.00\) is closer than 0\.30 m to something solid"):
        GeodesicField(grid, (2.8, 2.0), 0.3)
    with pytest.raises(
        PlanningError, match=r"the goal \(9\.00, 2\.00\) is outside the map, which spans \(0\.00, 0\.00\) to"
    ):
        GeodesicField(grid, (9.0, 2.0), 0.3)
    with pytest.raises(PlanningError, match=r"needs 5\.00 m to each side fits nowhere on this map"):
        GeodesicField(grid, (1.0, 1.0), 5.0)
    field = GeodesicField(grid, (5.0, 2.0), 0.3)
    with pytest.raises(
        PlanningError,
        match=r"no way leads from \(1\.00, 2\.00\) to the goal \(5\.00, 2\.00\).*nearest place with a way",
    ):
        field.route([1.0, 2.0])
    with pytest.raises(PlanningError, match=r"the start \(3\.05, 2\.00\) is inside something solid"):
        field.route([3.05, 2.0])


def test_ctrl_c_while_solving_is_an_ordinary_interrupt() -> None:
    code = (
        "import os, signal, threading, numpy as np\n"
        "from factories.geodesics import GeodesicField\n"
        "from factories.occupancy import OccupancyGrid\n"
        "grid = OccupancyGrid(np.zeros((600, 600), bool), 0.1)\n"
        "GeodesicField(grid, (20, 20), 0.4).values\n"
        "threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "try:\n"
        "    while True:\n"
        "        GeodesicField(grid, (20, 20), 0.4).values\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, "interrupted\n"), ended.stderr
