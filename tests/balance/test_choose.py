"""The choice of frames: it meets what can be met, with about as few frames as can be."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from training.balance.choose import GAP, OFF, Pool
from training.balance.targets import Targets, TargetsFile, of


def targets(*counts: int, tolerance: float = 0.05) -> Targets:
    names = ("forklift", "pallet", "stillage", "person")
    cells = tuple({"class": name, "count": count} for name, count in zip(names, counts, strict=False))
    return of(TargetsFile(cells=cells, tolerance=tolerance))


@settings(max_examples=8)
@given(st.integers(0, 2**32 - 1))
def test_a_choice_that_exists_is_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(1.5, (60, 3))
    planted = rng.choice(60, 12, replace=False)
    asked = targets(*np.maximum(counts[planted].sum(axis=0), 1).tolist())
    pool = Pool(asked, counts, (np.arange(60) % 10, 6))
    chosen = pool.chosen()
    assert asked.met(counts[chosen].sum(axis=0)).all()
    best = pool.relaxed()
    assert best.missing < 1e-6
    shortest = pool.relaxed(off=0.0).frames
    assert shortest - 1e-6 <= len(chosen) <= 12 + OFF * asked.counts.sum()
    off = np.abs(counts[chosen].sum(axis=0) - asked.counts).sum()
    assert len(chosen) + OFF * off <= 12 * (1 + GAP) + 1e-6  # the planted one is exact


def test_no_more_of_a_group_are_taken_than_there_may_be() -> None:
    counts = np.full((20, 1), 3)
    asked = targets(30)
    assert len(Pool(asked, counts, (np.arange(20) % 2, 10)).chosen()) == 10
    few = Pool(asked, counts, (np.arange(20) % 2, 10), (np.arange(20) // 5, 1))
    assert len(few.chosen()) == 4
    assert few.relaxed().missing > 0


def test_what_is_wanting_is_worth_most() -> None:
    counts = np.array([[5, 0, 1]] * 30)
    worth = Pool(targets(20, 20, 0), counts, (np.arange(30), 1)).relaxed().worth
    assert worth[1] > worth[0] > worth[2]
    assert worth[2] < 0  # each of those is one too many


def test_out_of_reach_is_no_reason_to_miss_the_rest() -> None:
    counts = np.array([[2, 0], [1, 0], [4, 0]] * 10)
    chosen = Pool(targets(40, 10), counts, (np.arange(30), 1)).chosen()
    assert 38 <= counts[chosen].sum(axis=0)[0] <= 42
