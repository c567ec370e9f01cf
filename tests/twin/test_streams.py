"""Streams for different purposes have nothing in common."""

from itertools import combinations

import numpy as np

from twin.streams import stream


def test_no_two_streams_meet() -> None:
    numbers = [(), (7,), (7, 0), (7, 0, 0), (0, 7), (7 + 2**32,), (7, 1), (-7,)]  # 7 + 2**32 is (7, 1) to NumPy
    found = {(name, *rest): stream(name, *rest).integers(2**63) for name in ("a", "b", "a7") for rest in numbers}
    for seed in (7, (7, 0)):
        found["NumPy's", seed] = np.random.default_rng(seed).integers(2**63)
    alike = [(one, other) for one, other in combinations(found, 2) if found[one] == found[other]]
    assert alike == [(("NumPy's", 7), ("NumPy's", (7, 0)))], "and for this reason"


def test_a_stream_is_the_same_for_ever() -> None:
    """Datasets can be recorded again from their seeds only as long as this holds."""
    assert stream("stills/shots", 7).integers(1000, size=4).tolist() == [422, 468, 116, 350]
    assert stream("stills/shots", np.int64(7)).random() == stream("stills/shots", 7).random()
