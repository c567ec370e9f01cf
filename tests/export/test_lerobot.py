"""The LeRobot export, read back by LeRobot in an environment of its own and compared bit for bit."""

import json
from pathlib import Path
from typing import Any

import foreign
import numpy as np
import pytest

from training.commands import export as command
from training.dataset import ArraySpec, Dataset, DatasetMeta, DatasetWriter, EpisodeRecord
from training.dataset.schema import EXTRINSICS, INTRINSICS, RGB
from twin.errors import DatasetError

Found = tuple[dict[str, Any], dict[str, Any]]


def export(dataset: Path, out: Path, **flags: Any) -> Path:
    assert command.run(command.Args(str(dataset), out, format="lerobot", **flags)) == 0
    return out


@pytest.fixture(scope="module")
def found(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Found:
    home = tmp_path_factory.mktemp("lerobot")
    return read(export(recorded, home / "o"), home)


def read(folder: Path, home: Path) -> Found:
    about = foreign.load("lerobot", "load_lerobot.py", folder, home / "read.npz", home=home)
    with np.load(home / "read.npz") as arrays:
        return about, dict(arrays)


def in_order(dataset: Dataset) -> list[int]:
    """Positions of the episodes as exported: split by split."""
    return [k for split in dataset.meta.splits for k in range(dataset.episodes) if dataset.record(k).split == split]


def test_every_value_is_the_recorded_one(recorded: Path, found: Found) -> None:
    about, arrays = found
    assert compare(Dataset(recorded), arrays) == about["frames"]


def compare(dataset: Dataset, arrays: dict[str, Any]) -> int:
    """How many frames there were; raises where one differs."""
    camera, first = dataset.cameras["robot/camera"], 0
    for number, k in enumerate(in_order(dataset)):
        rows = dataset.episode(k)
        frames = rows.frames - 1
        here = {key: values[first : first + frames] for key, values in arrays.items()}
        pairs = {
            "action": "actions",
            "next.reward": "reward",
            "next.terminated": "terminated",
            "next.truncated": "truncated",
            f"camera.{camera.key}.pose_world": camera.array(EXTRINSICS),
            f"camera.{camera.key}.intrinsics": camera.array(INTRINSICS),
        } | {name.replace("observations/", "observation."): name for name in rows if name.startswith("observations/")}
        for key, name in pairs.items():
            expected = rows[name][:-1]
            # torch.tensor makes single precision of plain numbers; within it nothing is lost
            np.testing.assert_array_equal(here[key], expected.astype(here[key].dtype), err_msg=key)
        assert here["action"].dtype == rows["actions"].dtype
        pictures = np.rint(here[f"observation.images.{camera.key}"] * 255).astype(np.uint8)
        np.testing.assert_array_equal(pictures.transpose(0, 2, 3, 1), rows[camera.array(RGB)][:-1])
        np.testing.assert_allclose(here["timestamp"], rows["time"][:-1], atol=1e-5)
        np.testing.assert_array_equal(here["frame_index"], np.arange(frames))
        assert set(here["episode_index"]) == {number}
        first += frames
    return first


def test_a_changed_value_would_be_seen(recorded: Path, found: Found) -> None:
    action = found[1]["action"].copy()
    action[-1, 0] = np.nextafter(action[-1, 0], 2, dtype=np.float32)
    with pytest.raises(AssertionError):
        compare(Dataset(recorded), found[1] | {"action": action})
    camera = Dataset(recorded).cameras["robot/camera"]
    pictures = found[1][f"observation.images.{camera.key}"].copy()
    pictures[3, 0, 5, 5] += np.float32(1 / 255)
    with pytest.raises(AssertionError):
        compare(Dataset(recorded), found[1] | {f"observation.images.{camera.key}": pictures})


def test_the_state_is_all_that_was_observed(recorded: Path, found: Found) -> None:
    about, arrays = found
    names = about["names"]["observation.state"]
    observed = [spec for spec in Dataset(recorded).meta.arrays if spec.name.startswith("observations/")]
    parts = [
        arrays[spec.name.replace("observations/", "observation.")].reshape(about["frames"], -1) for spec in observed
    ]
    np.testing.assert_array_equal(arrays["observation.state"], np.concatenate(parts, axis=1))
    assert len(names) == arrays["observation.state"].shape[1] == len(set(names))


def test_splits_rate_robot_and_windows_in_time(recorded: Path, found: Found) -> None:
    about, arrays = found
    dataset = Dataset(recorded)
    for split, span in about["splits"].items():
        start, stop = map(int, span.split(":"))
        assert [dataset.record(k).split for k in in_order(dataset)[start:stop]] == [split] * (stop - start)
    assert about["episodes"] == dataset.episodes
    assert about["fps"] == 10
    assert about["robot"] == "amr"
    assert about["frames_of_first"] == dataset.record(in_order(dataset)[0]).frames - 1
    np.testing.assert_array_equal(np.float32(about["window"]), arrays["action"][0:3])


def test_statistics_are_those_of_the_data(recorded: Path, found: Found) -> None:
    about, arrays = found
    for key in ("action", "observation.state", "next.reward"):
        values = arrays[key].reshape(len(arrays[key]), -1).astype(np.float64)
        stats = about["stats"][key]
        for name in ("min", "max", "mean", "std"):
            np.testing.assert_allclose(stats[name], getattr(values, name)(axis=0), rtol=1e-6, atol=1e-9, err_msg=name)
        assert stats["count"] == [len(values)]
        assert (np.array(stats["q01"]) <= np.array(stats["q99"])).all()
    pictures = arrays["observation.images.robot_camera"].astype(np.float64)
    stats = about["stats"]["observation.images.robot_camera"]
    for name in ("min", "max", "mean", "std"):
        expected = getattr(pictures, name)(axis=(0, 2, 3)).reshape(3, 1, 1)
        np.testing.assert_allclose(stats[name], expected, rtol=1e-5)


def test_quantiles_of_an_episode_are_those_that_lerobot_finds(recorded: Path, found: Found, tmp_path: Path) -> None:
    import pyarrow.parquet

    episodes = pyarrow.parquet.read_table(export(recorded, tmp_path / "o") / "meta/episodes").to_pylist()
    for name, value in found[0]["own_action_stats"].items():
        np.testing.assert_allclose(episodes[0][f"stats/action/{name}"], value, atol=0.02, err_msg=name)


def test_the_same_bytes_for_any_number_of_workers(recorded: Path, tmp_path: Path) -> None:
    one, two = (export(recorded, tmp_path / str(n), workers=n) for n in (1, 2))
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert len(files) > 6
    for file in files:
        assert (one / file).read_bytes() == (two / file).read_bytes(), file


def test_units_and_licence_are_in_the_metadata(recorded: Path, tmp_path: Path) -> None:
    info = json.loads((export(recorded, tmp_path / "o", images="jpg") / "meta/info.json").read_text())
    assert info["licence"] == "CC-BY-4.0"
    assert info["dataset_digest"] == Dataset(recorded).digest()
    assert info["features"]["camera.robot_camera.pose_world"]["unit"] == "m"


def test_frames_that_are_not_evenly_spaced_are_refused(tmp_path: Path) -> None:
    arrays = [ArraySpec(name=name, dtype="float64") for name in ("time", "actions", "reward")]
    arrays += [ArraySpec(name=name, dtype="bool") for name in ("terminated", "truncated")]
    meta = DatasetMeta(name="test", arrays=tuple(arrays))
    with DatasetWriter.create(tmp_path / "d.zarr", meta) as writer, writer.episode(EpisodeRecord(episode=7)) as episode:
        for time in (0.0, 0.1, 0.25, 0.3):
            episode.append({"time": time, "actions": 0.0, "reward": 0.0, "terminated": False, "truncated": False})
    with pytest.raises(DatasetError, match="the frames of episode 7 are not evenly spaced in time"):
        export(tmp_path / "d.zarr", tmp_path / "o")
    assert not (tmp_path / "o").exists()
