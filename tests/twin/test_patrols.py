"""Who walks is where the clock says, on every engine."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.patrols import Patrols
from twin.scene import Body, Geom, Motion, Patrol, Pose, Scene, Shape

FAR = (1e6, 1e6)
"""Where no robot is in anybody's way."""
corners = st.lists(st.tuples(st.floats(-20, 20), st.floats(-20, 20)), min_size=1, max_size=5)


def walking(*patrols: Patrol) -> Patrols:
    shape = (Geom(Shape.CYLINDER, (0.3, 0.9, 0.0)),)
    bodies = tuple(Body(p.body, Pose((*p.waypoints[0], 0.9)), shape, Motion.KINEMATIC) for p in patrols)
    return Patrols(Scene("s", bodies, patrols=patrols))


def there(patrols: Patrols, seconds: float, ticks: int = 1) -> np.ndarray:
    for _ in range(ticks):
        patrols.advance(seconds / ticks, FAR)
    return patrols.poses()


def test_back_and_forth_or_round_and_round():
    square = ((0.0, 0.0), (4.0, 0.0), (4.0, 3.0))
    patrols = walking(Patrol("there", square), Patrol("round", square, loop=True))
    places = [there(patrols, 1.0)[:, :2].tolist() for _ in range(14)]
    assert places[4] == [[4.0, 1.0], [4.0, 1.0]]
    assert places[6] == [[4.0, 3.0], [4.0, 3.0]]
    assert places[7][0] == [4.0, 2.0]  # turns back
    np.testing.assert_allclose(places[7][1], [3.2, 2.4])  # walks on to the first corner, 5 m away
    np.testing.assert_allclose(places[11], [[2.0, 0.0], [0.0, 0.0]], atol=1e-9)
    np.testing.assert_allclose(places[13], [[0.0, 0.0], [2.0, 0.0]], atol=1e-9)


@settings(max_examples=40)
@given(corners, st.booleans(), st.floats(0.1, 2.0), st.floats(0.0, 60.0), st.integers(1, 20))
def test_positions_are_a_function_of_time(points: list, loop: bool, speed: float, seconds: float, ticks: int):
    patrol = Patrol("p", tuple(points), speed, loop)
    once, often = there(walking(patrol), seconds), there(walking(patrol), seconds, ticks)
    np.testing.assert_allclose(once[0, :3], often[0, :3], atol=1e-6)


@settings(max_examples=40)
@given(corners, st.booleans(), st.floats(0.0, 60.0))
def test_nobody_jumps_or_leaves_the_line(points: list, loop: bool, seconds: float):
    patrols = walking(Patrol("p", tuple(points), loop=loop))
    before = there(patrols, seconds)[0, :2]
    after = there(patrols, 0.05)[0, :2]
    assert np.hypot(*(after - before)) <= 0.05 + 1e-9
    low, high = np.min(points, axis=0), np.max(points, axis=0)
    assert (low - 1e-9 <= after).all()
    assert (after <= high + 1e-9).all()


def test_walkers_face_their_way_at_their_height():
    patrols = walking(Patrol("p", ((0.0, 0.0), (0.0, 5.0)), speed=0.5))
    pose = there(patrols, 2.0)[0]
    np.testing.assert_allclose(pose, [0, 1, 0.9, np.sqrt(0.5), 0, 0, np.sqrt(0.5)])
    np.testing.assert_allclose(patrols.velocities(), [[0.0, 0.5]], atol=1e-12)
    patrols.advance(9.0, FAR)  # 1 + 4.5 m: half a metre on the way back
    np.testing.assert_allclose(patrols.poses()[0, :2], [0.0, 4.5])
    np.testing.assert_allclose(patrols.velocities(), [[0.0, -0.5]], atol=1e-12)


@pytest.mark.parametrize(
    ("robot", "waits"),
    [((1.0, 0.0), True), ((0.0, 1.0), True), ((-1.0, 0.0), False), ((1.3, 0.0), False)],
    ids=["ahead", "beside", "behind", "far ahead"],
)
def test_who_yields_stops_for_a_robot_ahead_or_beside(robot: tuple[float, float], waits: bool):
    line = ((0.0, 0.0), (10.0, 0.0))
    patrols = walking(Patrol("polite", line, personal_space=1.2), Patrol("rude", line, yields=False))
    patrols.advance(0.1, robot)
    np.testing.assert_allclose(patrols.travelled, [0.0 if waits else 0.1, 0.1])
    np.testing.assert_allclose(patrols.velocities()[:, 0], [0.0 if waits else 1.0, 1.0])


def test_reset_goes_back_to_the_start_or_to_a_drawn_one():
    patrols = walking(Patrol("a", ((0.0, 0.0), (10.0, 0.0)), start=2.0), Patrol("b", ((0.0, 1.0), (5.0, 1.0))))
    start = patrols.poses()
    np.testing.assert_allclose(start[:, :2], [[2, 0], [0, 1]])
    there(patrols, 7.0)
    patrols.reset()
    np.testing.assert_array_equal(patrols.poses(), start)
    np.testing.assert_array_equal(patrols.velocities(), np.zeros((2, 2)))
    drawn = []
    for seed in (3, 3, 4):
        patrols.reset(np.random.default_rng(seed))
        drawn.append(patrols.poses().tolist())
    assert drawn[0] == drawn[1] != drawn[2]


def test_one_waypoint_is_somebody_who_stands():
    patrols = walking(Patrol("p", ((1.0, 2.0),)), Patrol("q", ((1.0, 2.0), (1.0, 2.0)), loop=True))
    np.testing.assert_array_equal(there(patrols, 3.0)[:, :2], [[1, 2], [1, 2]])


def test_nobody_may_walk_nowhere():
    assert walking().poses().shape == (0, 7)
    assert walking().velocities().shape == (0, 2)
