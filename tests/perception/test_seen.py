"""A network that is scored on what it learned from is told, by whatever way it did."""

from pathlib import Path
from typing import Any

import pytest
from rectangles import write

from training.dataset import Dataset
from training.derive.select import select
from training.perception import sources
from training.perception.config import PerceptionConfig, Start
from training.perception.seen import Lineage, warning


def lineage(path: Path, split: str, start: Start | None = None) -> dict[str, Any]:
    found = PerceptionConfig(data=(sources.source(str(path)),), split=split, start=start).about()["lineage"]
    assert isinstance(found, dict)
    return found


def said(learned: dict[str, Any], path: Path, split: str) -> str:
    return warning(Lineage.model_validate(learned), Dataset(path), split)


@pytest.mark.parametrize(
    ("learned", "scored", "warned"),
    [("train", "val", False), ("train", "", True), ("train", "train", True), ("", "val", True), ("", "", True)],
)
def test_the_split_learned_from_decides(rectangles: Path, learned: str, scored: str, warned: bool) -> None:
    found = said(lineage(rectangles, learned), rectangles, scored)
    assert (f"the network learned from frames of {rectangles}" in found) == warned
    assert ("score it on another dataset" in found) == (warned and not learned)


def test_views_have_the_frames_of_their_parents(rectangles: Path, tmp_path: Path) -> None:
    view = tmp_path / "view"
    select(Dataset(rectangles), view, {"every": "2"})
    for one, other in ((rectangles, view), (view, rectangles)):
        assert f"a dataset of the same origin as {other}" in said(lineage(one, ""), other, "val")
        assert not said(lineage(one, "train"), other, "val")


def test_what_the_network_began_with_learned_counts(rectangles: Path, tmp_path: Path) -> None:
    another = write(tmp_path / "another.zarr", seed=1)
    assert not said(lineage(another, ""), rectangles, "")
    start = Start(path="model", digest="0", about=lineage(rectangles, ""))
    assert f"learned from frames of {rectangles}" in said(lineage(another, "", start), rectangles, "val")
