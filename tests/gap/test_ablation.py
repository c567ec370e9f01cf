"""What narrows a gap is found by leaving it out."""

import json
from pathlib import Path

import numpy as np
import pytest
from plain_pictures import Rgb, dusk, folder_of

from training.gap.ablation import Ablation, ablate
from training.pictures import Pictures, opened
from twin.errors import InputError


def flipped(rgb: Rgb) -> Rgb:
    return rgb[:, ::-1]


CHANGES = {"dusk": dusk, "flip": flipped}


def test_what_was_made_to_narrow_the_gap_is_named_and_what_does_nothing_is_not(tmp_path: Path) -> None:
    """Of two randomizers one makes it dusk, as at the target; the other flips, which changes nothing that counts."""
    target = opened(folder_of(tmp_path / "target", 16, 7, dusk))
    asked: list[str | None] = []

    def draw(left_out: str | None) -> Pictures:
        asked.append(left_out)

        def change(rgb: Rgb) -> Rgb:
            for name, one in CHANGES.items():
                rgb = rgb if name == left_out else one(rgb)
            return rgb

        return opened(folder_of(tmp_path / f"without {left_out}", 16, 1, change))

    found = ablate(draw, list(CHANGES), target)
    assert asked == [None, "dusk", "flip"]
    first, second = found.left_out
    assert (first.name, first.verdict) == ("dusk", "narrows")
    assert (second.name, second.verdict) == ("flip", "no effect seen")
    assert first.gap.value == pytest.approx(found.whole.value + first.change.value)
    assert found.whole.low <= 0 <= found.whole.high
    assert found.sentence.startswith("'dusk' narrows the gap most: without it, it is larger by ")
    # What both have in common drops out: the change is surer than the gap.
    assert second.change.high - second.change.low < found.whole.high - found.whole.low
    assert json.loads(json.dumps(found.document()))["without"]["flip"]["verdict"] == "no effect seen"
    there = {name: opened(tmp_path / f"without {name}") for name in (None, "dusk")}
    wrong_way = ablate(lambda name: there["dusk" if name is None else None], ["flip"], target)
    assert wrong_way.left_out[0].verdict == "widens"
    assert wrong_way.sentence.startswith("None of them narrows the gap")


def test_of_many_that_are_left_out_the_one_that_chance_chose_is_not_named(tmp_path: Path) -> None:
    """What is enough of a change where one is left out is not where nine are; of two that do the same none is."""
    target = opened(folder_of(tmp_path / "target", 12, 1, dusk))
    whole = opened(folder_of(tmp_path / "whole", 12, 2, dusk))
    darker = opened(folder_of(tmp_path / "darker", 12, 2, lambda rgb: (0.9 * dusk(rgb)).astype(np.uint8)))
    bright = opened(folder_of(tmp_path / "bright", 12, 2))

    def left_out(**without: Pictures) -> Ablation:
        return ablate(lambda name: without.get(str(name), whole), list(without), target)

    alone = left_out(x=darker)
    assert alone.left_out[0].verdict == "narrows"
    assert alone.sentence.startswith("'x' narrows the gap most")
    found = left_out(x=darker, **{f"nothing_{k}": whole for k in range(8)})
    assert found.left_out[0].change.low == pytest.approx(alone.left_out[0].change.low)
    assert {one.verdict for one in found.left_out} == {"no effect seen"}
    assert found.sentence.startswith("None of them narrows the gap")
    both = left_out(x=bright, y=bright)
    assert [one.verdict for one in both.left_out] == ["narrows", "narrows"]
    assert both.sentence.endswith("Whether it or 'y' narrows it more, chance may have decided.")
    assert both.document()["rivals"] == ["y"]


def test_a_target_that_will_not_do_is_said_before_anything_is_drawn(tmp_path: Path) -> None:
    def draw(_: str | None) -> Pictures:
        raise AssertionError

    with pytest.raises(InputError, match="has 3 pictures; a gap can be told from chance with 8 or more"):
        ablate(draw, ["x"], opened(folder_of(tmp_path / "few", 3, 0)))
    target = folder_of(tmp_path / "text", 8, 0)
    (target / "5.png").write_text("no image")
    with pytest.raises(InputError, match=r"5\.png: is not a JPEG"):
        ablate(draw, ["x"], opened(target))


def test_with_nothing_to_leave_out(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is nothing to leave out"):
        ablate(lambda _: opened(tmp_path), [], opened(folder_of(tmp_path / "t", 8, 0)))
