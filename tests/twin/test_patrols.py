"""Who moves by itself keeps off everything and everybody, arrives, and does the same again for the same seed."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.actors.columns import HEADING, MANNER, NEVER, PATIENCE, SPACE, SPEED, WAITS
from twin.actors.move_kernels import beside, disc_gap, floor_gap, point_gap
from twin.errors import InputError
from twin.patrols import Patrols
from twin.scene import Body, Geom, Motion, Patrol, Pose, Scene, Shape

FAR = (1e6, 1e6)
"""Where no robot is in anybody's way."""
MANNERS = st.sampled_from((True, False, "cooperates"))
ROBOT = st.tuples(st.floats(-6, 6), st.floats(-6, 6))
places = st.tuples(st.floats(-8, 8), st.floats(-8, 8))


def person(name: str, x: float, y: float) -> Body:
    return Body(name, Pose((x, y, 0.9)), (Geom(Shape.CYLINDER, (0.3, 0.9, 0.0)),), Motion.KINEMATIC)


def truck(name: str, x: float, y: float) -> Body:
    return Body(name, Pose((x, y, 0.9)), (Geom(Shape.BOX, (1.5, 0.5, 0.9)),), Motion.KINEMATIC)


def block(name: str, x: float, y: float, half_x: float, half_y: float) -> Body:
    return Body(name, Pose((x, y, 1.0)), (Geom(Shape.BOX, (half_x, half_y, 1.0)),))


def aisle(width: float) -> tuple[Body, Body]:
    """Along x from 0 to 20, about y = 0."""
    return block("left", 10, width / 2 + 0.5, 10, 0.5), block("right", 10, -width / 2 - 0.5, 10, 0.5)


def moving(*patrols: Patrol, standing: tuple[Body, ...] = ()) -> Patrols:
    bodies = tuple((truck if p.turn_rate else person)(p.body, *p.waypoints[0]) for p in patrols)
    return Patrols(Scene("s", standing + bodies, patrols=patrols))


def after(patrols: Patrols, seconds: float, robot: tuple[float, float] = FAR) -> np.ndarray:
    """State rows at the end."""
    patrols.advance(seconds, robot)
    return patrols.state.copy()


def closest(
    patrols: Patrols, seconds: float, robot: Callable[[float], tuple[float, float]] | None = None
) -> np.ndarray:
    """Least gaps (m) over a time: between two of them, to what stands, and to a robot that stands where it is."""
    least = np.full(3, np.inf)
    state, shapes, floor = patrols.state, patrols.shapes, patrols.ground
    for tick in range(round(seconds / 0.1)):
        xy = robot(0.1 * tick) if robot else FAR
        patrols.advance(0.1, xy)
        for i in range(len(state)):
            gaps = [disc_gap(*state[i, :3], shapes[i], *state[j, :3], shapes[j]) for j in range(i)]
            stands = floor_gap(*state[i, :3], shapes[i], floor.clearance, floor.frame)
            near = point_gap(*state[i, :3], shapes[i], *xy, patrols.robot_radius)
            least = np.minimum(least, [min(gaps, default=np.inf), stands, near])
    return least


def travelled(patrols: Patrols, seconds: float, robot: tuple[float, float] = FAR) -> np.ndarray:
    """Metres that each went."""
    way = np.zeros(len(patrols.state))
    for _ in range(round(seconds / 0.1)):
        before = patrols.state[:, :2].copy()
        patrols.advance(0.1, robot)
        way += np.hypot(*(patrols.state[:, :2] - before).T)
    return way


# -- routes ------------------------------------------------------------------------------------------------------------


def test_alone_they_keep_to_their_line_and_speed():
    patrols = moving(Patrol("p", ((0.0, 0.0), (0.0, 5.0)), speed=0.5))
    pose = (after(patrols, 2.0), patrols.poses()[0])[1]
    np.testing.assert_allclose(pose, [0, 1, 0.9, np.sqrt(0.5), 0, 0, np.sqrt(0.5)], atol=1e-9)
    np.testing.assert_allclose(patrols.velocities(), [[0.0, 0.5]], atol=1e-9)
    assert patrols.poses()[0, 3:] @ patrols.poses()[0, 3:] == pytest.approx(1)


@settings(max_examples=25, deadline=None)
@given(st.lists(places, min_size=2, max_size=5, unique=True), st.booleans(), st.floats(0.3, 1.5))
def test_every_waypoint_is_visited_and_nobody_jumps(points: list, loop: bool, speed: float):
    patrols = moving(Patrol("p", tuple(points), speed, loop))
    legs = [*points, points[0]] if loop else points
    length = sum(np.hypot(*np.subtract(a, b)) for a, b in pairwise(legs))
    nearest = np.full(len(points), np.inf)
    for _ in range(int((2 * length / speed + 4 * len(points)) / 0.1)):
        before = patrols.state[0, :2].copy()
        patrols.advance(0.1, FAR)
        assert np.hypot(*(patrols.state[0, :2] - before)) <= 0.1 * speed * 1.001
        nearest = np.minimum(nearest, np.hypot(*(patrols.state[0, :2] - points).T))
    assert (nearest < 0.35).all()


def test_a_long_vehicle_comes_back_in_reverse_and_a_person_turns():
    patrols = moving(Patrol("t", ((0.0, 0.0), (12.0, 0.0)), 1.5, turn_rate=0.6), Patrol("p", ((0.0, 5.0), (8.0, 5.0))))
    there, back = after(patrols, 4.0), after(patrols, 7.0)
    assert abs(there[0, 2]) < 0.01
    assert abs(back[0, 2]) < 0.01
    assert back[0, 3] < -1.0  # vx
    assert abs(np.cos(back[1, 2]) + 1) < 0.01


def test_a_vehicle_never_moves_sideways():
    patrols = moving(
        Patrol("t", ((0.0, 0.0), (12.0, 0.0), (12.0, 9.0)), 1.5, turn_rate=0.6),
        Patrol("p", ((11.0, 0.0), (0.0, 0.0))),
    )
    for _ in range(300):
        patrols.advance(0.1, FAR)
        _, _, heading, vx, vy = patrols.state[0, :5]
        assert abs(-np.sin(heading) * vx + np.cos(heading) * vy) < 0.05 * 1.5


def test_one_waypoint_is_somebody_who_stands_and_nobody_may_walk_nowhere():
    patrols = moving(Patrol("p", ((1.0, 2.0),)), Patrol("q", ((4.0, 2.0), (4.0, 2.0)), loop=True))
    np.testing.assert_array_equal(after(patrols, 3.0)[:, :2], [[1, 2], [4, 2]])
    np.testing.assert_array_equal(patrols.velocities(), np.zeros((2, 2)))
    assert moving().poses().shape == (0, 7)
    assert moving().velocities().shape == (0, 2)


# -- seeds -------------------------------------------------------------------------------------------------------------

CROWD = tuple(
    Patrol(
        f"p{i}",
        ((6 * np.cos(i), 6 * np.sin(i)), (-6 * np.cos(i), -6 * np.sin(i))),
        (0.6, 1.4),
        yields=(True, False, "cooperates"),
        turn_rate=0.6 if i == 6 else None,
    )
    for i in range(7)
)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_bytes_and_a_saved_moment_replays(seed: int):
    runs = []
    for _ in range(2):
        patrols = moving(*CROWD)
        patrols.reset(np.random.default_rng(seed))
        after(patrols, 5.0, (0.5, 0.5))
        saved = patrols.save()
        runs.append([after(patrols, 10.0, (0.5, 0.5)).tobytes(), patrols.traits.tobytes()])
    assert runs[0] == runs[1]
    patrols.reset(np.random.default_rng(seed + 1))
    patrols.restore(saved)
    assert after(patrols, 10.0, (0.5, 0.5)).tobytes() == runs[0][0]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_temperaments_are_drawn_within_their_ranges_and_nobody_begins_in_another(seed: int):
    patrols = moving(*CROWD)
    patrols.reset(np.random.default_rng(seed))
    speed, patience = patrols.traits[:, SPEED], patrols.traits[:, PATIENCE]
    assert ((speed >= 0.6) & (speed <= 1.4)).all()
    assert ((patience >= 3) & (patience <= 8)).all()
    assert len(set(speed)) == len(speed)
    assert (patrols.traits[:, SPACE] == 0.5).all()
    assert set(patrols.traits[:, MANNER]) <= {0.0, 1.0, 2.0}
    assert closest(patrols, 0.1)[0] > 0


def test_without_a_seed_it_is_the_start_and_the_middle_of_every_range():
    patrols = moving(Patrol("a", ((0.0, 0.0), (10.0, 0.0)), (0.5, 1.5), start=2.0, yields=(False, True)))
    assert patrols.state[0, :3].tolist() == [2.0, 0.0, 0.0]
    assert patrols.traits[0, [SPEED, MANNER]].tolist() == [1.0, NEVER]
    after(patrols, 3.0)
    patrols.reset()
    assert patrols.state[0, :2].tolist() == [2.0, 0.0]
    assert moving(Patrol("a", ((0.0, 0.0), (10.0, 0.0)))).traits[0, MANNER] == WAITS


# -- keeping off -------------------------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32), ROBOT)
def test_nobody_enters_anybody_or_a_standing_robot_and_nobody_is_stuck(seed: int, robot: tuple[float, float]):
    patrols = moving(*CROWD, standing=(block("pillar", 0.0, 2.5, 0.3, 0.3),))
    patrols.reset(np.random.default_rng(seed))
    state, shapes, radius = patrols.state, patrols.shapes, patrols.robot_radius
    if min(point_gap(*s[:3], shape, *robot, radius) for s, shape in zip(state, shapes, strict=True)) < 0.1:
        robot = FAR  # it would begin in somebody
    others, stands, near = closest(patrols, 40.0, lambda _: robot)
    assert others > 0
    assert near > 0
    assert stands > -0.05  # the map has cells of 0.1 m
    assert (travelled(patrols, 60.0, robot) > 6.0).all()


@pytest.mark.parametrize("width", [1.5, 2.4])
def test_two_who_meet_in_an_aisle_pass_each_other(width: float):
    patrols = moving(
        Patrol("p", ((0.0, 0.0), (20.0, 0.0))), Patrol("q", ((20.0, 0.0), (0.0, 0.0)), 1.2), standing=aisle(width)
    )
    others, stands, _ = closest(patrols, 14.0)
    assert others > 0.02 - 1e-9
    assert stands > 0
    assert patrols.state[0, 0] > 12  # each well beyond where they met, on the way it came to go
    assert patrols.state[1, 0] < 6


def test_who_cannot_pass_turns_back():
    patrols = moving(
        Patrol("p", ((0.0, 0.0), (20.0, 0.0))), Patrol("q", ((20.0, 0.0), (0.0, 0.0)), 1.2), standing=aisle(0.9)
    )
    assert closest(patrols, 40.0)[0] > 0
    assert (travelled(patrols, 60.0) > 20).all()


@settings(max_examples=20, deadline=None)
@given(st.floats(6, 12), st.floats(-0.9, 0.9), MANNERS, st.booleans())
def test_nobody_touches_a_robot_that_stands(x: float, y: float, manner: bool | str, vehicle: bool):
    route = ((0.0, 0.0), (20.0, 0.0))
    patrols = moving(Patrol("p", route, yields=manner, turn_rate=0.6 if vehicle else None), standing=aisle(4.0))
    assert closest(patrols, 30.0, lambda _: (x, y))[2] > 0


def test_who_yields_stops_then_goes_around_and_who_does_not_goes_on():
    line, robot = ((0.0, 0.0), (20.0, 0.0)), (5.0, 0.0)
    waits = moving(Patrol("p", line, personal_space=0.5, patience=4.0))
    stopped = after(waits, 6.0, robot)[0]
    assert 3.2 < stopped[0] < 5.0 - 0.8 - 0.3
    assert np.hypot(*stopped[3:5]) == 0
    assert after(waits, 10.0, robot)[0, 0] > 7
    for manner in (False, "cooperates"):
        assert after(moving(Patrol("p", line, yields=manner)), 10.0, robot)[0, 0] > 8


def test_who_never_yields_takes_no_notice_of_a_robot_that_moves():
    line = ((0.0, 0.0), (20.0, 0.0))
    lanes = {}
    for manner in (False, "cooperates"):
        patrols = moving(Patrol("p", line, yields=manner))
        lanes[manner] = 0.0
        for tick in range(100):
            patrols.advance(0.1, (12.0 - 0.08 * tick, 0.1), (-0.8, 0.0))
            lanes[manner] = max(lanes[manner], abs(patrols.state[0, 1]))
    assert lanes[False] < 1e-6
    assert lanes["cooperates"] > 0.7


def test_nobody_turns_on_the_spot_beside_a_robot():
    patrols = moving(Patrol("p", ((0.0, 0.0), (20.0, 0.0)), patience=1.0))
    after(patrols, 3.0)
    x, y = patrols.state[0, :2]
    robot = (x + 0.45, y + 0.2)
    for _ in range(60):
        heading = patrols.state[0, HEADING]
        patrols.advance(0.1, robot)
        if point_gap(*patrols.state[0, :3], patrols.shapes[0], *robot, patrols.robot_radius) < 0:
            assert patrols.state[0, HEADING] == heading
    assert patrols.state[0, 0] > x + 1.0  # and comes by all the same


@pytest.mark.parametrize("heading", [1.4, 2.5, 3.1])
def test_who_waits_and_is_turned_away_goes_around_a_robot_as_well(heading: float):
    patrols = moving(Patrol("p", ((0.0, 0.0), (20.0, 0.0)), patience=6.0))
    after(patrols, 3.0)
    x, y = patrols.state[0, :2]
    patrols.state[0, HEADING] = heading
    assert after(patrols, 16.0, (x + 0.8, y))[0, 0] > x + 3.0


def test_a_robot_that_drives_into_somebody_locks_nobody_in():
    patrols = moving(Patrol("p", ((0.0, 0.0), (20.0, 0.0)), patience=1.0))
    after(patrols, 3.0)
    x, y = patrols.state[0, :2]
    assert after(patrols, 15.0, (x + 0.5, y))[0, 0] > x + 1.0


@settings(max_examples=25, deadline=None)
@given(st.floats(-1.5, 1.5), st.sampled_from([-1, 1]), st.floats(0.0, 0.3), st.floats(-0.1, 0.1), MANNERS)
def test_a_vehicle_drives_on_from_a_robot_beside_it(
    along: float, side: int, gap: float, askew: float, manner: bool | str
):
    line = ((0.0, 0.0), (20.0, 0.0))
    patrols = moving(Patrol("t", line, 1.0, turn_rate=0.6, yields=manner, patience=2.0))
    after(patrols, 6.0)
    patrols.state[0, HEADING] = askew
    x, y = patrols.state[0, :2]
    length, width = beside(x, y, askew, patrols.shapes[0], x, y)[2:]
    c, s = np.cos(askew), np.sin(askew)
    along, left = along * length, side * (width + patrols.robot_radius + gap)
    robot = (x + c * along - s * left, y + s * along + c * left)
    least, way = np.inf, 0.0
    for _ in range(200):
        was = patrols.state[0, :2].copy()
        patrols.advance(0.1, robot)
        way += np.hypot(*(patrols.state[0, :2] - was))
        least = min(least, point_gap(*patrols.state[0, :3], patrols.shapes[0], *robot, patrols.robot_radius))
    assert way > 4.0
    assert least > min(gap, 0.02) - 1e-6


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_long_steps_are_many_short_ones(seed: int):
    one, many = moving(*CROWD), moving(*CROWD)
    for patrols in (one, many):
        patrols.reset(np.random.default_rng(seed))
    one.advance(2.0, FAR)
    for _ in range(20):
        many.advance(0.1, FAR)
    np.testing.assert_allclose(one.state, many.state, atol=1e-9)


def test_what_an_engine_moves_cannot_go_its_rounds():
    body = Body("crate", Pose((0.0, 0.0, 0.5)), (Geom(Shape.BOX, (0.2, 0.2, 0.2)),), Motion.FREE, mass=1.0)
    scene = Scene("s", (body,), patrols=(Patrol("crate", ((0.0, 0.0), (1.0, 0.0)), 1.0),))
    with pytest.raises(InputError, match="patrol of body 'crate': only a kinematic body goes its rounds by itself"):
        Patrols(scene)
