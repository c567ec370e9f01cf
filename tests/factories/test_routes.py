import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.routes import along, look_ahead

CORNER = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 3.0]])
HAIRPIN = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 0.5], [0.0, 0.5]])


@given(st.floats(0, 7), st.lists(st.floats(0, 10), min_size=1, max_size=4))
def test_points_ahead_lie_at_their_distance_along_the_route(done, distances):
    here = look_ahead(CORNER, (0.0, 0.0), [done])[0]
    assert along(CORNER, here) == pytest.approx(done)
    ahead = look_ahead(CORNER, here, distances)
    assert [along(CORNER, p) for p in ahead] == pytest.approx([min(7.0, done + d) for d in distances])


def test_a_point_beside_the_route_counts_from_its_foot():
    assert along(CORNER, (1.5, 0.8)) == pytest.approx(1.5)
    assert look_ahead(CORNER, (1.5, 0.8), [1.0, 3.5, 99.0]) == pytest.approx(np.array([[2.5, 0], [4, 1], [4, 3]]))


@given(st.floats(0, 1))
def test_progress_does_not_jump_to_another_pass(share):
    xy = (1.0, 0.5 * share)
    assert along(HAIRPIN, xy, after=0.5, within=2.0) == pytest.approx(1.0)
    assert along(HAIRPIN, xy, after=5.0, within=4.0) == pytest.approx(7.5)


def test_a_stretch_without_the_nearest_point_gives_its_end():
    assert along(CORNER, (1.0, 0.0), after=3.0, within=1.0) == pytest.approx(3.0)
    assert along(CORNER, (4.0, 3.0), after=0.0, within=2.0) == pytest.approx(2.0)
    assert along(CORNER, (0.0, 0.0), after=99.0) == pytest.approx(7.0)


def test_a_route_of_no_length_is_its_goal():
    assert look_ahead(np.array([[1.0, 2.0], [1.0, 2.0]]), (5.0, 5.0), [0.0, 1.0]).tolist() == [[1.0, 2.0], [1.0, 2.0]]
