"""mIoU and average precision, against cases worked out by hand."""

import numpy as np
import pytest

from training.perception.centers import Detections
from training.perception.objects import Objects
from training.perception.scores import confusion, intersection_over_union, precision

NAMES = ("pallet", "person")
SIZE = (64, 64)


def objects(*rows: tuple[float, float, float, float, int], small: tuple[bool, ...] = ()) -> Objects:
    values = np.array(rows, np.float64).reshape(-1, 5)
    flags = np.array(small or (False,) * len(rows), bool)
    return Objects(values[:, :4].astype(np.float32), values[:, 4].astype(np.int64), flags)


def found(*rows: tuple[float, float, float, float, int, float]) -> Detections:
    values = np.array(rows, np.float64).reshape(-1, 6)
    return Detections(values[:, :4].astype(np.float32), values[:, 4].astype(np.int64), values[:, 5].astype(np.float32))


def test_iou_by_hand() -> None:
    truth = np.array([[0, 0, 1, 1], [0, 0, 1, 2]])
    said = np.array([[0, 1, 1, 1], [0, 0, 0, 2]])
    pixels = confusion(truth, said, 4)
    assert pixels.tolist() == [[3, 1, 0, 0], [1, 2, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert intersection_over_union(pixels) == [3 / 5, 2 / 4, 1.0, None]


def test_pixels_of_several_images_are_counted_together() -> None:
    rng = np.random.default_rng(0)
    truth, said = rng.integers(0, 3, (2, 5, 8, 8))
    parts = sum(confusion(t, s, 3) for t, s in zip(truth, said, strict=True))
    np.testing.assert_array_equal(parts, confusion(truth, said, 3))


def test_the_truth_given_back_is_perfect() -> None:
    truth = [objects((4, 4, 24, 20, 1), (30, 8, 50, 40, 2)), objects((0, 0, 16, 16, 2))]
    same = [found(*((*box, kind, 0.9) for box, kind in zip(o.boxes, o.classes, strict=True))) for o in truth]
    scores = precision(truth, same, NAMES, SIZE)
    assert (scores.ap, scores.ap50) == pytest.approx((1.0, 1.0))
    assert scores.classes == pytest.approx([1.0, 1.0])


def test_a_false_box_that_is_surer_halves_the_precision() -> None:
    truth = [objects((4, 4, 24, 24, 1))]
    said = [found((40, 40, 60, 60, 1, 0.9), (4, 4, 24, 24, 1, 0.5))]
    assert precision(truth, said, NAMES, SIZE).classes50 == [pytest.approx(0.5), None]


def test_one_of_two_found_is_recalled_to_a_half() -> None:
    truth = [objects((4, 4, 24, 24, 1), (30, 30, 50, 50, 1))]
    said = [found((4, 4, 24, 24, 1, 0.9))]
    assert precision(truth, said, NAMES, SIZE).ap50 == pytest.approx(51 / 101)  # COCO reads 101 recalls, 0 to 0.5 of it


def test_overlap_decides() -> None:
    # 20 x 20 against 20 x 14 inside it: an overlap of 0.7, so found at 0.5 to 0.7 of ten thresholds.
    scores = precision([objects((0, 0, 20, 20, 1))], [found((0, 0, 20, 14.0001, 1, 0.9))], NAMES, SIZE)
    assert scores.ap50 == pytest.approx(1.0)
    assert scores.ap == pytest.approx(0.5)


def test_what_is_small_is_neither_asked_for_nor_a_mistake() -> None:
    truth = [objects((4, 4, 24, 24, 1), (40, 40, 44, 44, 1), small=(False, True))]
    with_small = [found((40, 40, 44, 44, 1, 0.95), (4, 4, 24, 24, 1, 0.9))]
    without = [found((4, 4, 24, 24, 1, 0.9))]
    assert precision(truth, with_small, NAMES, SIZE).ap == pytest.approx(1.0)
    assert precision(truth, without, NAMES, SIZE).ap == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("truth", "said", "expected"),
    [
        ([objects((0, 0, 9, 9, 1))], [found()], [0.0, None]),
        ([objects()], [found((0, 0, 9, 9, 1, 0.9))], [None, None]),
        ([objects()], [found()], [None, None]),
    ],
)
def test_nothing_found_and_nothing_there(truth: list[Objects], said: list[Detections], expected: list[object]) -> None:
    assert precision(truth, said, NAMES, SIZE).classes == expected
