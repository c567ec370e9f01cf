"""How long a robot has come nowhere."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from envs.standing import ELSEWHERE, stood

PERIOD = 0.1
STEPS = st.lists(st.tuples(st.floats(-0.4, 0.4), st.floats(-0.4, 0.4)), min_size=1, max_size=40)


def along(way: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """Place and seconds after each point of a way (n, 2)."""
    place, seconds, found = way[0], 0.0, []
    for at in way[1:]:
        place, seconds = stood(place, seconds, at, PERIOD)
        found.append((place, float(seconds)))
    return found


@given(STEPS)
def test_all_of_the_time_told_was_spent_about_one_place(steps: list[tuple[float, float]]):
    way = np.cumsum([(0.0, 0.0), *steps], axis=0)
    for last, (place, seconds) in enumerate(along(way), start=1):
        first = last - round(seconds / PERIOD)
        assert (np.hypot(*(way[first : last + 1] - place).T) <= ELSEWHERE).all()
        np.testing.assert_array_equal(place, way[first])


@given(STEPS)
def test_who_leaves_the_place_begins_anew(steps: list[tuple[float, float]]):
    way = np.cumsum([(0.0, 0.0), *steps], axis=0)
    before = way[0]
    for at, (place, seconds) in zip(way[1:], along(way), strict=True):
        assert (seconds == 0.0) == (np.hypot(*(at - before)) > ELSEWHERE)
        before = place


@given(st.lists(STEPS.filter(lambda s: len(s) >= 5), min_size=1, max_size=4))
def test_many_at_once_are_told_what_each_is_told_alone(ways: list[list[tuple[float, float]]]):
    together = np.stack([np.cumsum([(0.0, 0.0), *way[:5]], axis=0) for way in ways])
    alone = [along(way) for way in together]
    place, seconds = together[:, 0], np.zeros(len(ways))
    for step in range(5):
        place, seconds = stood(place, seconds, together[:, step + 1], PERIOD)
        for row in range(len(ways)):
            np.testing.assert_array_equal(place[row], alone[row][step][0])
            assert seconds[row] == alone[row][step][1]


def test_a_robot_that_waits_sees_how_long(make):
    env = make(obs="stood")
    env.reset(seed=1)
    still = np.zeros(env.action_space.shape, np.float32)
    seen = [float(env.step(still)[0]["stood"][0]) for _ in range(12)]
    np.testing.assert_allclose(seen, np.arange(1, 13) / 100, atol=1e-6)
