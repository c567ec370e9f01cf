"""Whom the lidar sees, and how near they are, by their outlines: a vehicle is no circle."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.affinity import rotate, translate
from shapely.geometry import Point, Polygon, box

import factories
import robots
from envs.mover_kernels import outline_gaps
from envs.movers import seen_movers, without_movers
from envs.shield import extents
from factories.layout import Layout
from twin.actors.columns import COUNT, HEADING, RADIUS, VX, X, Y
from twin.actors.move_kernels import rectangle
from twin.geometry import FloatArray
from twin.patrols import Patrols

AMR = robots.load("amr")
LIDAR = AMR.sensors.lidar
AHEAD = round(-LIDAR.first_angle / (LIDAR.field_of_view / LIDAR.rays))
"""The ray straight ahead."""


def moving(kind: str) -> Patrols:
    equipment = {"type": kind, "at": (6.0, 6.0), "waypoints": [(9.0, 6.0)]}
    layout = Layout.model_validate({"name": "one", "size": (14, 12), "equipment": [equipment]})
    patrols = Patrols(factories.build(layout))
    patrols.state[0, [X, Y, HEADING, VX]] = 6.0, 6.0, 0.0, 1.0
    return patrols


def outline(patrols: Patrols) -> Polygon:
    (state,), (shape,) = patrols.state, patrols.shapes
    if shape[COUNT] < 2:
        return Point(state[X], state[Y]).buffer(shape[RADIUS], 256)
    middle, length, width = rectangle(shape)
    flat = box(middle - length, -width, middle + length, width)
    return translate(rotate(flat, state[HEADING], origin=(0, 0), use_radians=True), state[X], state[Y])


def footprint(x: float, y: float, heading: float) -> Polygon:
    front, back, left, right = extents(AMR)
    return translate(rotate(box(-back, -right, front, left), heading, origin=(0, 0), use_radians=True), x, y)


def scan(metres: float) -> FloatArray:
    """Nothing anywhere but on the ray ahead."""
    ranges = np.full(LIDAR.rays, LIDAR.range)
    ranges[AHEAD] = metres - LIDAR.pose.position[0]
    return ranges


@pytest.mark.parametrize("kind", ["worker", "forklift"])
@given(x=st.floats(1, 11), y=st.floats(1, 11), turned=st.floats(-3, 3), heading=st.floats(-3, 3))
def test_the_gap_is_that_between_the_outlines(kind: str, x: float, y: float, turned: float, heading: float):
    patrols = moving(kind)
    patrols.state[0, HEADING] = turned
    mine, theirs = footprint(x, y, heading), outline(patrols)
    (gap,) = outline_gaps(patrols.state, patrols.shapes, (x, y, heading), extents(AMR))
    assume(not mine.crosses(theirs) and not mine.overlaps(theirs))
    if mine.disjoint(theirs):
        assert gap == pytest.approx(mine.distance(theirs), abs=1e-3)
    else:
        assert gap <= 1e-3


@pytest.mark.parametrize(("beside", "seen"), [(0.6, True), (1.3, False)])
def test_a_wall_beside_a_forklift_is_not_the_forklift(beside: float, seen: bool):
    """It is three metres long, but a return so far beside its middle is on something else."""
    patrols = moving("forklift")
    pose = (6.0, 6.0 + 3.0, -np.pi / 2)
    ranges = scan(3.0 - beside)
    assert seen_movers(patrols, pose, ranges, LIDAR)[:, 4].any() == seen
    point = np.array([[3.0 - beside, 0.0]])
    assert len(without_movers(point, patrols, pose)) == (0 if seen else 1)


def test_who_stands_is_seen_and_planned_around():
    patrols = moving("forklift")
    patrols.state[0, VX] = 0.0
    pose, point = (6.0, 9.0, -np.pi / 2), np.array([[2.4, 0.0]])
    assert seen_movers(patrols, pose, scan(2.4), LIDAR)[:, 4].any()
    assert len(without_movers(point, patrols, pose)) == 1
