"""Pictures for people show the labels of the image they are drawn over."""

import numpy as np
import pytest
import two_boxes

from twin.labels import LABELS, LabelInput
from twin.rendering.overlay import Style, class_colors, depth_colors, draw
from twin.taxonomy import CLASSES

PALLET = next(c for c in CLASSES if c.name == "pallet")


@pytest.fixture(scope="module")
def seen() -> LabelInput:
    return two_boxes.seen()


def test_nothing_chosen_leaves_the_image_alone(seen: LabelInput) -> None:
    assert np.array_equal(draw(seen, Style(masks=0, boxes=False, names=False)), seen.frame.rgb)


def test_opaque_masks_have_the_colour_of_the_class(seen: LabelInput) -> None:
    picture = draw(seen, Style(masks=1, boxes=False, names=False))
    inside = seen.frame.instance > 0
    assert (picture[inside] == PALLET.color).all()
    assert np.array_equal(picture[~inside], seen.frame.rgb[~inside])


def test_boxes_are_drawn_on_the_outermost_pixels_of_masks(seen: LabelInput) -> None:
    picture = draw(seen, Style(scale=3, masks=0, names=False))
    expected = seen.frame.rgb.repeat(3, axis=0).repeat(3, axis=1)
    for left, top, right, bottom in LABELS["bounding_box_2d_tight"](seen) * 3:
        expected[[top, bottom - 1], left:right] = PALLET.color
        expected[top:bottom, [left, right - 1]] = PALLET.color
    assert np.array_equal(picture, expected)


def test_names_are_written(seen: LabelInput) -> None:
    with_names = draw(seen, Style(scale=3, masks=0, boxes=False))
    without = draw(seen, Style(scale=3, masks=0, boxes=False, names=False))
    changed = (with_names != without).any(axis=2)
    assert 100 < changed.sum() < changed.size / 3


def test_left_out_groups_and_small_objects_get_nothing(seen: LabelInput) -> None:
    assert np.array_equal(draw(seen, Style(without=("load_carrier",))), seen.frame.rgb)
    tiny = draw(seen, Style(masks=0, names=False, smallest=100_000))
    assert np.array_equal(tiny, seen.frame.rgb)


def test_depth_darkens_with_distance_and_nothing_is_black() -> None:
    colors = depth_colors(np.array([[0.0, 1.0, 2.0, 4.0, 8.0]], np.float32)).astype(int)
    brightness = colors[0].sum(axis=1)
    assert brightness[0] == 0
    assert (np.diff(brightness[1:]) < 0).all()
    assert brightness[-1] > 0
    assert np.array_equal(depth_colors(np.zeros((2, 2), np.float32)), np.zeros((2, 2, 3)))


def test_class_colours_are_the_taxonomys() -> None:
    colors = class_colors(np.array([[0, PALLET.id, len(CLASSES)]], np.uint16))
    assert colors[0].tolist() == [[0, 0, 0], list(PALLET.color), list(CLASSES[-1].color)]
