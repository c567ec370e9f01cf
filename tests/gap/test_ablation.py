"""What narrows a gap is found by leaving it out."""

import json
from pathlib import Path

import pytest
from plain_pictures import Rgb, dusk, folder_of

from training.gap.ablation import ablate
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


def test_with_nothing_to_leave_out(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is nothing to leave out"):
        ablate(lambda _: opened(tmp_path), [], opened(folder_of(tmp_path / "t", 8, 0)))
