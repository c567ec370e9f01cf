"""Splits are decided by the hash of the group."""

from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from zarr.storage import MemoryStore

from training.dataset import ArraySpec, Dataset, DatasetMeta, DatasetWriter, EpisodeRecord
from training.dataset.splits import FRACTIONS, split_of
from training.derive.merge import merge
from training.derive.select import select


@given(st.text())
def test_a_group_has_one_split(group: str) -> None:
    assert split_of(group) == split_of(group)
    assert split_of(group) in FRACTIONS


def test_groups_are_shared_out_as_asked() -> None:
    counts = Counter(split_of(str(k)) for k in range(20_000))
    for name, share in FRACTIONS.items():
        assert abs(counts[name] / 20_000 - share) < 0.01


def test_no_group_stands_in_two_splits(small: Path) -> None:
    splits: dict[str, set[str]] = {}
    for record in Dataset(small).records():
        splits.setdefault(record.group, set()).add(record.split)
    assert len(splits) == 3
    assert all(len(found) == 1 for found in splits.values())


@settings(max_examples=20)
@given(groups=st.lists(st.text(max_size=4), min_size=1, max_size=30), cut=st.integers(0, 30))
def test_growth_moves_no_group(groups: list[str], cut: int) -> None:
    store = MemoryStore()
    DatasetWriter.create(store, DatasetMeta(name="d", arrays=(ArraySpec(name="x", dtype="uint8"),))).close()
    before = add(store, groups[:cut])
    after = add(store, groups[cut:], first=cut)
    assert before.items() <= after.items()
    assert after.keys() == set(groups)


def add(store: MemoryStore, groups: list[str], first: int = 0) -> dict[str, str]:
    """Record an episode of each group; then each group's one split."""
    with DatasetWriter.resume(store, part=first) as writer:
        for number, group in enumerate(groups, start=first):
            with writer.episode(EpisodeRecord(episode=number, group=group)) as episode:
                episode.append({"x": np.uint8(0)})
    found: dict[str, set[str]] = {}
    for record in Dataset(store).records():
        found.setdefault(record.group, set()).add(record.split)
    assert all(len(splits) == 1 for splits in found.values())
    return {group: next(iter(splits)) for group, splits in found.items()}


def test_no_layout_stands_on_both_sides_in_parts_views_and_what_is_merged(tmp_path: Path) -> None:
    meta = DatasetMeta(name="d", arrays=(ArraySpec(name="x", dtype="uint8"),))
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        DatasetWriter.create(path, meta).close()
        for part in range(3):
            with DatasetWriter.resume(path, part=part) as writer:
                for number in range(part, 60, 3):
                    record = EpisodeRecord(episode=number, layout=f"hall {number % 20}", layout_digest=f"{number % 20}")
                    with writer.episode(record) as episode:
                        episode.append({"x": np.uint8(number)})
    merged = merge([Dataset(path) for path in paths], tmp_path / "merged")
    select(merged, tmp_path / "view", {"layout": [f"hall {k}" for k in range(0, 20, 2)]})
    sides: dict[str, set[str]] = {}
    for path in [*paths, tmp_path / "merged", tmp_path / "view"]:
        for record in Dataset(path).records():
            sides.setdefault(record.layout, set()).add(record.split)
    assert len(sides) == 20
    assert all(len(splits) == 1 for splits in sides.values())
    assert set.union(*sides.values()) == set(FRACTIONS)
    for split in FRACTIONS:
        assert {r.layout for r in merged.filter(split=split).records()} == {k for k, s in sides.items() if split in s}
