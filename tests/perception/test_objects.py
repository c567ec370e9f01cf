"""Objects of a frame, as boxes, as heat, and back."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.dataset.schema import TaxonomyEntry
from training.perception.centers import decode, encode
from training.perception.classes import lookup
from training.perception.network import Seen
from training.perception.objects import Objects, objects

SIDE, CLASSES = 64, 3


def test_boxes_end_where_pixels_end() -> None:
    instance, classes = np.zeros((10, 12), np.uint16), np.zeros((10, 12), np.uint8)
    instance[2:5, 3:9], classes[2:5, 3:9] = 7, 2
    instance[8:, 11:], classes[8:, 11:] = 300, 1
    instance[0, 0] = 5  # of a class that is not learned
    found = objects(instance, classes, min_pixels=3)
    assert found.boxes.tolist() == [[3, 2, 9, 5], [11, 8, 12, 10]]
    assert found.classes.tolist() == [2, 1]
    assert found.small.tolist() == [False, True]


def test_an_image_without_objects() -> None:
    nothing = np.zeros((4, 4), np.uint16)
    assert all(len(column) == 0 for column in objects(nothing, nothing.astype(np.uint8), 1))


def test_classes_go_by_name_whatever_their_ids_are() -> None:
    entries = [TaxonomyEntry(id=i, name=n, supercategory="") for i, n in ((4, "pallet"), (9, "person"), (2, "wall"))]
    table = lookup(entries, ("person", "forklift", "pallet"))
    assert table.tolist() == [0, 0, 0, 0, 3, 0, 0, 0, 0, 1]


@st.composite
def some_objects(draw: st.DrawFn) -> Objects:
    """Objects whose centres are in cells that are no neighbours of each other."""
    cells = draw(st.lists(st.tuples(*[st.integers(1, 4)] * 2), unique=True, min_size=1, max_size=5))
    rows = []
    for column, row in cells:
        width, height = draw(st.tuples(*[st.integers(3, 9)] * 2))
        x, y = 3 * column * 4 + draw(st.integers(0, 3)), 3 * row * 4 + draw(st.integers(0, 3))
        rows.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
    kinds = draw(st.lists(st.integers(1, CLASSES), min_size=len(rows), max_size=len(rows)))
    return Objects(np.array(rows, np.float32), np.array(kinds), np.zeros(len(rows), bool))


@settings(max_examples=30, deadline=None)
@given(some_objects())
def test_a_perfect_answer_is_read_as_what_was_asked_for(there: Objects) -> None:
    cells = SIDE // 4
    targets = encode([there], CLASSES, cells, cells)
    boxes = torch.zeros(1, 4, cells, cells)
    image, row, column = targets.cells.T
    boxes[image, :, row, column] = targets.boxes
    says = Seen(torch.zeros(1), torch.logit(targets.heat.clamp(1e-4, 1 - 1e-4)), boxes)
    found = decode(says)[0]
    sure = found.scores > 0.99
    assert sure.sum() == len(there.boxes)
    order = np.lexsort(found.boxes[sure].T), np.lexsort(there.boxes.T)
    np.testing.assert_allclose(found.boxes[sure][order[0]], there.boxes[order[1]], atol=1e-3)
    np.testing.assert_array_equal(found.classes[sure][order[0]], there.classes[order[1]])


def test_what_is_small_is_asked_nowhere_and_forbidden_nowhere() -> None:
    tiny = Objects(np.array([[20, 20, 22, 22]], np.float32), np.array([1]), np.array([True]))
    targets = encode([tiny], CLASSES, 16, 16)
    assert targets.heat.max() == 0
    assert targets.small[0, 0, 5, 5]
    assert len(targets.cells) == len(targets.boxes) == 0
