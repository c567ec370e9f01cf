"""Which images are learned from when."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.perception.batches import Batches, counts, mirrored
from training.perception.frames import Sample
from training.perception.objects import objects
from twin.errors import InputError


def test_every_image_comes_once_an_epoch() -> None:
    batches = Batches([7, 5], size=4, steps=6, seed=1)
    seen = [index for batch in batches for index in batch]
    assert len(batches) == 6
    assert Counter(seen[:12]) == Counter(seen[12:]) == Counter(range(12))
    assert seen[:12] != seen[12:]


def test_each_dataset_has_its_share_of_every_batch() -> None:
    for batch in Batches([1000, 3], size=8, steps=20, seed=0, shares=(0.75, 0.25)):
        assert sum(index >= 1000 for index in batch) == 2


def test_going_on_gives_the_batches_that_were_left() -> None:
    whole = list(Batches([9], 4, steps=10, seed=3))
    assert list(Batches([9], 4, steps=10, seed=3, first=6)) == whole[6:]
    assert list(Batches([9], 4, steps=10, seed=4)) != whole


@settings(max_examples=50)
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=6), st.integers(6, 64))
def test_counts_sum_up_and_leave_nobody_out(shares: list[float], size: int) -> None:
    found = counts(shares, size)
    assert sum(found) == size
    assert min(found) >= 1


@pytest.mark.parametrize("shares", [(1.0, -1.0), (1.0,) * 5])
def test_shares_that_will_not_do(shares: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="should be above 0, and at most one for each of 4"):
        counts(shares, 4)


def test_a_dataset_without_images_is_refused() -> None:
    with pytest.raises(InputError, match="there is no image to learn from"):
        Batches([4, 0], 2, 1, 0, shares=(1, 1))


def test_a_mirror_moves_pixels_and_boxes_alike() -> None:
    rng = np.random.default_rng(0)
    instance = np.zeros((8, 10), np.uint16)
    instance[2:5, 1:4] = 3
    classes = (instance > 0).astype(np.uint8)
    sample = Sample(rng.integers(0, 255, (8, 10, 3), dtype=np.uint8), classes, objects(instance, classes, 1))
    seen = mirrored(sample)
    again = objects(np.ascontiguousarray(instance[:, ::-1]), seen.semantic, 1)
    np.testing.assert_array_equal(seen.objects.boxes, again.boxes)
    back = mirrored(seen)
    np.testing.assert_array_equal(back.image, sample.image)
    np.testing.assert_array_equal(back.objects.boxes, sample.objects.boxes)
