"""Splits are decided by the hash of the group."""

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from training.dataset import Dataset
from training.dataset.splits import FRACTIONS, split_of


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
