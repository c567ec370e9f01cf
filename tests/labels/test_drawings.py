"""Pictures of labels show what the labels say."""

from pathlib import Path

import numpy as np
import pytest
import two_boxes
from PIL import Image

from training.cli import main
from twin.labels import LABELS, LabelInput
from twin.rendering import label_drawings as drawings
from twin.taxonomy import CLASSES

PALLET = next(c for c in CLASSES if c.name == "pallet")


@pytest.fixture(scope="module")
def seen() -> LabelInput:
    return two_boxes.seen()


def test_loose_boxes_are_drawn_where_the_label_says(seen: LabelInput) -> None:
    picture = drawings.amodal(seen, 2)
    changed = (picture != drawings.image(seen, 2)).any(axis=2)
    for left, top, right, bottom in np.round(LABELS["bounding_box_2d_loose"](seen) * 2).astype(int):
        assert changed[top : bottom + 1, max(0, left - 1) : left + 2].any(axis=1).mean() > 0.8
        assert changed[max(0, top - 1) : top + 2, left:right].any(axis=0).mean() > 0.8


def test_lidar_points_have_the_colour_of_their_class(seen: LabelInput) -> None:
    point = np.array([[3.0, 0.3, 0.0]])
    picture = drawings.lidar(seen, 1, point, np.array([PALLET.id], np.uint16))
    changed = (picture != seen.frame.rgb).any(axis=2)
    assert 5 < changed.sum() < 40
    assert (picture[changed] == PALLET.color).all(axis=1).any()
    assert (seen.frame.instance[changed] == 1).mean() > 0.5


def test_the_sheet_leaves_out_what_cannot_be_drawn(seen: LabelInput) -> None:
    height, width = seen.frame.depth.shape
    rows = -(-(len(drawings.DRAWINGS) - 2) // 4)
    assert drawings.sheet(seen).shape == (rows * (height + 14), 4 * width, 3)


def test_the_command_draws_a_sheet(tmp_path: Path) -> None:
    out = tmp_path / "labels.png"
    assert main(["render", "cross_dock", "--labels", "--seed", "2", "--out", str(out)]) == 0
    assert Image.open(out).size == (4 * 320, 3 * 254)
