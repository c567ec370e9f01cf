"""Two agents on the same episodes, by hand."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.evaluation.compare import compare
from twin.errors import InputError

MARKS = {"+": "success", "x": "collision", "o": "timeout"}


def episodes(marks: str, seconds: float = 10.0) -> list[dict[str, Any]]:
    """+ arrived, x collided, o out of time."""
    return [
        {
            "seed": k, "layout": f"hall_{k}", "start": [1.0, 2.0, 0.0], "goal": [3.0, 4.0],
            "success": float(mark == "+"), "outcome": MARKS[mark], "cause": {"+": "", "x": "fixed", "o": "stuck"}[mark],
            "spl": 0.9 * (mark == "+"), "soft_spl": 0.5, "collisions": int(mark == "x"), "near_misses": 0,
            "path_length": 5.0, "time_to_goal": seconds + k,
        }
        for k, mark in enumerate(marks)
    ]  # fmt: skip


def test_wins_and_losses() -> None:
    found = compare("a", episodes("++xxo+"), "b", episodes("+xx+o+", seconds=12.0))
    assert (found.wins, found.losses, found.both, found.neither) == (1, 1, 2, 2)
    assert found.p_value == 1.0
    assert not found.sure
    assert [row["seed"] for row in found.differing] == [1, 3]
    assert found.differing[0] == {"seed": 1, "layout": "hall_1", "first": "success", "second": "fixed"}
    assert found.differences["success"] is not None
    assert found.differences["success"].mean == 0.0
    time = found.differences["time_to_goal"]
    assert time is not None
    assert (time.mean, time.low, time.high, time.count) == (2.0, 2.0, 2.0, 2)  # of the two where both arrived


def test_ending_badly_in_another_way_is_shown_too() -> None:
    assert [row["second"] for row in compare("a", episodes("xo"), "b", episodes("ox")).differing] == ["stuck", "fixed"]


def test_mcnemars_exact_test() -> None:
    found = compare("a", episodes("x" * 6 + "+"), "b", episodes("+" * 7))
    assert found.p_value == pytest.approx(2 * 0.5**6)
    assert found.sure
    assert found.as_json()["differences"]["success"]["mean"] == pytest.approx(6 / 7)


few = settings(max_examples=20)


@few
@given(st.lists(st.tuples(st.sampled_from("+xo"), st.sampled_from("+xo")), min_size=1, max_size=12))
def test_turned_around_wins_are_losses(marks: list[tuple[str, str]]) -> None:
    a, b = ("".join(side) for side in zip(*marks, strict=True))
    one, other = compare("a", episodes(a), "b", episodes(b)), compare("b", episodes(b), "a", episodes(a))
    assert (one.wins, one.losses, one.both, one.neither) == (other.losses, other.wins, other.both, other.neither)
    assert one.wins + one.losses + one.both + one.neither == len(marks)
    assert one.p_value == other.p_value
    assert len(one.differing) == len(other.differing) == sum(x != y for x, y in marks)


def test_other_episodes_are_not_compared() -> None:
    with pytest.raises(InputError, match="a and b did not drive the same episodes"):
        compare("a", episodes("+++"), "b", episodes("++"))
    moved = episodes("++")
    moved[1]["goal"] = [9.0, 9.0]
    with pytest.raises(InputError, match="a and b did not drive the same episodes"):
        compare("a", episodes("++"), "b", moved)
