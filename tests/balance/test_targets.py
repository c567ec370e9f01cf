"""Targets as a file: what they ask for, and what is wrong with them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.balance.axes import axes
from training.balance.targets import TargetsFile, load, of
from twin.errors import FileError


def written(text: str, folder: Path) -> Path:
    path = folder / "targets.yaml"
    path.write_text(text, encoding="utf-8")
    return path


SHARES = st.dictionaries(st.sampled_from(["clear", "partly", "mostly"]), st.floats(0.01, 10), min_size=1)


@settings(max_examples=30)
@given(SHARES, st.dictionaries(st.sampled_from(["pallet", "forklift", "stillage"]), st.floats(0.01, 10), min_size=1))
def test_shares_are_shared_out(occlusion: dict[str, float], classes: dict[str, float]) -> None:
    targets = of(TargetsFile(objects=600, shares={"class": classes, "occlusion": occlusion}))
    assert targets.counts.sum() == 600
    for name, share in classes.items():
        got = sum(cell.count for cell in targets.cells if cell.where["class"] == name)
        assert got == pytest.approx(600 * share / sum(classes.values()), abs=len(occlusion))
    assert targets.met(targets.counts).all()
    assert not targets.met(targets.counts * 1.06)[targets.counts > 0].any()


def test_a_file_says_counts_shares_and_bins(tmp_path: Path) -> None:
    text = """
objects: 90
tolerance: 0.1
bins:
  distance: {near: [0, 3], far: [3, 20]}
shares:
  class: {forklift: 2, pallet: 1}
  distance: {near: 1, far: 1}
cells:
  - {class: person, occlusion: mostly, count: 12}
"""
    targets = load(written(text, tmp_path))
    assert {cell.name: cell.count for cell in targets.cells} == {
        "forklift near": 30,
        "forklift far": 30,
        "pallet near": 15,
        "pallet far": 15,
        "person mostly": 12,
    }
    assert list(targets.bins) == ["class", "distance", "occlusion"]  # what is cheap to measure first
    assert targets.bins["distance"] == {"near": (0.0, 3.0), "far": (3.0, 20.0)}
    assert targets.bins["occlusion"] == axes()["occlusion"].bins
    assert targets.tolerance == 0.1


TWO = "objects: 10\nshares: {class: {pallet: 1, forklift: 1}}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("objects: 9\nshares:\n  class:\n    pallet: 1\n    pallet: 2\n", ":5:5: pallet: this key is given twice"),
        ("objects: 9\nshares: {class: {palet: 1}}\n", ":2:18: shares.class.palet: unknown class 'palet'; did you mean"),
        ("objects: 9\nshares: {clas: {pallet: 1}}\n", ":2:10: shares.clas: unknown axis 'clas'; did you mean 'class'"),
        (
            "objects: 9\nshares: {occlusion: {clean: 1}}\n",
            "unknown bin of occlusion 'clean'; did you mean 'clear'? allowed: clear, mostly, partly",
        ),
        ("objects: 9\nshares: {class: {pallet: 0, forklift: 0}}\n", ":2:10: shares.class: the shares add up to 0"),
        ("objects: 9\nshares: {class: {}}\n", "shares.class: the shares add up to 0"),
        ("objects: 9\nshares: {class: {pallet: -1, forklift: 1}}\n", "a share should be 0 or more, not -1"),
        (
            TWO + "bins: {distance: {near: [0, 5], far: [4, 9]}}\n",
            "bins.distance.far: overlaps 'near': 4 to 9 and 0 to 5",
        ),
        (TWO + "bins: {distance: {near: [5, 5]}}\n", "bins.distance.near: should go up, from less to more, not from 5"),
        (TWO + "bins: {class: {big: [0, 5]}}\n", "bins.class: the bins of class are what they are: forklift, "),
        (TWO + "bins: {distanc: {near: [0, 5]}}\n", "bins.distanc: unknown axis 'distanc'; did you mean 'distance'"),
        (TWO + "bins: {distance: {}}\n", "bins.distance: there is no bin"),
        ("shares: {class: {pallet: 1}}\n", "shares: shares of how many objects? give objects as well"),
        ("objects: 5\ncells: [{class: person, count: 4}]\n", "objects: nothing shares them: give shares as well"),
        ("tolerance: 0.1\n", "nothing is asked for: give objects and shares, or cells with their counts"),
        ("cells: [{class: person, count: 0}]\n", "cells: every count is 0: nothing is asked for"),
        (
            "objects: 9\nshares: {class: {pallet: 1.0e+308, forklift: 1}}\n",
            "a share should be 0, or from 1e-06 to 1e+06, not 1e+308",
        ),
        ("objects: 9\nshares: {class: {pallet: 1.0e-320}}\n", "a share should be 0, or from 1e-06 to 1e+06"),
        (f"cells: [{{class: person, count: {10**30}}}]\n", "are too many, at most 10,000,000"),
        ("cells: [{class: person}]\n", "cells[0]: should say how many, as count: 40, not None"),
        ("cells: [{count: 3}]\n", "cells[0]: should say of what: one at least of class, "),
        ("cells: [{class: person, count: -3}]\n", "cells[0]: should say how many, as count: 40, not -3"),
        (TWO + "cells: [{class: pallet, count: 3}]\n", "cells[0]: 'class: pallet' is asked for by shares already"),
        (
            "cells:\n  - {class: person, count: 3}\n  - {class: person, count: 4}\n",
            ":3:5: cells[1]: 'class: person' is asked for twice",
        ),
        (
            "cells:\n  - {class: person, count: 3}\n  - {class: person, distance: near, count: 4}\n",
            "'class: person, distance: near' overlaps 'class: person': an object can be in both",
        ),
        ("object: 3\n", ":1:1: object: unknown key 'object'; did you mean 'objects'?"),
        ("objects: 0\nshares: {class: {pallet: 1}}\n", ":1:1: objects: should be greater than 0, not 0"),
        (TWO + "tolerance: 1.5\n", ":3:1: tolerance: should be less than 1, not 1.5"),
        (TWO + "min_pixels: none\n", ":3:1: min_pixels: should be a valid integer"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        load(written(text, tmp_path))
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value).startswith(str(tmp_path / "targets.yaml:"))


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = "objects: 5\nshares: {class: {palet: 1}, occlusion: {clear: 0}}\nbins: {distance: {a: [1, 0]}}\n"
    with pytest.raises(FileError) as caught:
        load(written(text, tmp_path))
    assert len(caught.value.problems) == 3
