"""The Minari export, read back by Minari in an environment of its own and compared bit for bit."""

from pathlib import Path
from typing import Any

import foreign
import numpy as np
import pytest

from training import cli
from training.commands import export as command
from training.dataset import Dataset
from twin.errors import DatasetError


def test_minari_returns_what_was_recorded(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # Minari joins relative paths twice
    command.run(command.Args(str(recorded), Path("o"), format="minari"))
    dataset = Dataset(recorded)
    seen = 0
    for split in dataset.meta.splits:
        records = [k for k in range(dataset.episodes) if dataset.record(k).split == split]
        if not records:
            assert not (tmp_path / f"o/{split}-v0").exists()
            continue
        about, arrays = read(tmp_path / "o", split, tmp_path)
        assert about["episodes"] == len(records)
        assert about["steps"] == sum(dataset.record(k).frames - 1 for k in records)
        assert "CC-BY-4.0" in about["description"]
        assert dataset.digest() in about["description"]
        for i, k in enumerate(records):
            assert about["attributes"][i]["digest"] == dataset.record(k).digest
            assert about["attributes"][i]["seed"] == str(dataset.record(k).seed)
            seen += same(arrays, i, dataset.episode(k))
    assert seen > 3 * dataset.episodes


def read(folder: Path, split: str, tmp_path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    out = tmp_path / "read.npz"
    home = {"home": tmp_path, "MINARI_DATASETS_PATH": str(folder)}
    about = foreign.load("readers", "load_minari.py", f"{split}-v0", out, **home)
    with np.load(out) as arrays:
        return about, dict(arrays)


def same(arrays: dict[str, Any], i: int, rows: Any) -> int:
    """Every array of an episode, bit for bit; how many observations there were."""
    equal(arrays[f"{i}/actions"], rows["actions"][:-1])
    equal(arrays[f"{i}/rewards"], rows["reward"][:-1])
    equal(arrays[f"{i}/terminations"], rows["terminated"][:-1])
    equal(arrays[f"{i}/infos/time"], rows["time"])
    ended = rows["terminated"][:-1] | rows["truncated"][:-1]
    equal(arrays[f"{i}/terminations"] | arrays[f"{i}/truncations"], ended)
    observed = [name for name in rows if name.startswith("observations/")]
    for name in observed:
        equal(arrays[f"{i}/{name}"], rows[name])  # the terminal one too
    return len(observed)


def equal(some: Any, others: Any) -> None:
    assert some.dtype == others.dtype
    np.testing.assert_array_equal(some, others)


def test_a_changed_value_would_be_seen(recorded: Path, tmp_path: Path) -> None:
    import h5py

    command.run(command.Args(str(recorded), tmp_path / "o", format="minari"))
    split = Dataset(recorded).record(0).split
    with h5py.File(tmp_path / f"o/{split}-v0/data/main_data.hdf5", "a") as file:
        file["episode_0/observations/velocity"][-1] += 1e-6
    _, arrays = read(tmp_path / "o", split, tmp_path)
    with pytest.raises(AssertionError):
        same(arrays, 0, Dataset(recorded).episode(0))


def test_an_environment_that_can_be_made_gives_the_spaces_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "two.zarr"
    assert cli.main(["collect", "--no-images", "--episodes", "2", "--out", str(path)]) == 0
    command.run(command.Args(str(path), tmp_path / "o", format="minari"))
    splits = [folder.name.removesuffix("-v0") for folder in (tmp_path / "o").glob("*-v0")]
    about, _ = read(tmp_path / "o", splits[0], tmp_path)
    assert about["environment"] == "FactoryTwin/RouteNav-v0"
    assert about["action_low"] == [-1.0, -1.0]


def test_a_dataset_without_an_agent_is_refused(small: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"small.zarr has no array 'reward': it holds no episodes of an agent"):
        command.run(command.Args(str(small), tmp_path / "o", format="minari"))
    assert not (tmp_path / "o").exists()
