"""Splits are decided by the hash of the group."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zarr.storage import MemoryStore

import factories
from training.collection import Collection, collect
from training.dataset import ArraySpec, Dataset, DatasetMeta, DatasetWriter, EpisodeRecord, audit
from training.dataset.splits import FRACTIONS, SplitBy, group_of, parsed, split_of
from training.derive.merge import merge
from training.derive.select import select
from training.stills.recording import Stills
from training.stills.stages import Stages
from twin.errors import DatasetError, InputError
from twin.lenses import Lens


@given(st.text())
def test_a_group_has_one_split(group: str) -> None:
    assert split_of(group) == split_of(group)
    assert split_of(group) in FRACTIONS


def test_groups_are_shared_out_as_asked() -> None:
    counts = Counter(split_of(str(k)) for k in range(20_000))
    for name, share in FRACTIONS.items():
        assert abs(counts[name] / 20_000 - share) < 0.01


def test_shares_are_read_in_their_order() -> None:
    assert list(parsed("train=0.8, val=0.1, test=0.1").items()) == list(FRACTIONS.items())
    for text, message in (
        ("train=0.8,train=0.2", "'train' is no name, or is there twice"),
        ("train=0.8,test=nan", "'nan' should be a share from 0 to 1"),
        ("train=1.5,test=-0.5", "'1.5' should be a share from 0 to 1"),
        ("train=0.8", "shares should sum to 1, not 0.8"),
    ):
        with pytest.raises(InputError, match=message):
            parsed(text)


@pytest.mark.parametrize("by", ["layout", "episode"])
def test_what_a_group_is_can_be_chosen(by: SplitBy, tmp_path: Path) -> None:
    arrays = (ArraySpec(name="x", dtype="uint8"),)
    meta = DatasetMeta(name="d", arrays=arrays, splits={"train": 0.5, "test": 0.5}, split_by=by)
    with DatasetWriter.create(tmp_path / "d", meta) as writer:
        for number in range(20):
            with writer.episode(EpisodeRecord(episode=number, seed=number, layout_digest="hall")) as episode:
                episode.append({"x": np.uint8(number)})
    records = list(Dataset(tmp_path / "d").records())
    assert len({record.group for record in records}) == (1 if by == "layout" else 20)
    assert len({record.split for record in records}) == (1 if by == "layout" else 2)
    merged = merge([Dataset(tmp_path / "d"), Dataset(tmp_path / "d")], tmp_path / "merged")
    assert [r.split for r in merged.records()] == [r.split for r in records] * 2
    assert not list(audit.structure(merged))
    with pytest.raises(DatasetError, match=r"cannot be resumed: .*split by.*: '"):
        DatasetWriter.resume(tmp_path / "d", meta.model_copy(update={"split_by": "other"}))
    with pytest.raises(DatasetError, match=r"cannot be resumed: .*splits.*: train: 0\.5 there, 0.8 now"):
        DatasetWriter.resume(tmp_path / "d", meta.model_copy(update={"splits": FRACTIONS}))


def test_one_seed_is_one_episode() -> None:
    assert group_of("hall", "episode", number=1, seed=7) == group_of("hall", "episode", number=2, seed=7)
    assert group_of("hall", "episode", number=1, seed=None) != group_of("hall", "episode", number=2, seed=None)


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


def test_a_hall_is_one_group_whatever_a_scenario_makes_of_it(tmp_path: Path) -> None:
    """Racks filled anew and pallets moved do not make another hall of it."""
    options = {"layout": "small_warehouse", "scenario": "randomized", "max_episode_steps": 2}
    drives = Collection(tmp_path / "drives.zarr", "zero", "FactoryTwin/RouteNav-v0", options, 3, cameras=())
    stages = Stages(("small_warehouse",), Lens.from_fov(32, 24, 1.0), seed=3, scenario="randomized")
    stills = Stills(tmp_path / "stills.zarr", stages, stills=1, episodes=3, quality="fast")
    for dataset in (collect(drives), collect(stills)):
        records = list(dataset.records())
        assert len({record.scene for record in records}) == 3
        assert {record.group for record in records} == {factories.load("small_warehouse").digest()}
