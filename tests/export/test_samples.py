"""WebDataset and Hugging Face exports: read by those libraries, compared with the dataset bit for bit."""

import hashlib
from pathlib import Path
from typing import Any

import foreign
import numpy as np
import pytest
from exported import export

from training.dataset import Dataset
from training.dataset.schema import DEPTH, EXTRINSICS, INSTANCE, INTRINSICS, RGB, SEMANTIC


def frames(dataset: Dataset) -> dict[tuple[int, int], int]:
    """(episode, frame) -> position in the dataset."""
    starts = [0, *dataset.ends.tolist()]
    return {
        (int(number), step): start + step
        for k, (number, start) in enumerate(zip(dataset.numbers, starts, strict=False))
        for step in range(dataset.episode(k).frames)
    }


def check(dataset: Dataset, sample: dict[str, Any], pictures: list[Any]) -> None:
    """Against pixels, calibration and labels."""
    position = frames(dataset)[sample["episode"], sample["frame"]]
    frame, camera = dataset[position], dataset.cameras[sample["camera"]]
    record = dataset.record(dataset.locate(position)[0])
    assert (sample["split"], sample["group"], sample["layout"]) == (record.split, record.group, record.layout)
    for found, name in zip(pictures, (RGB, DEPTH, INSTANCE, SEMANTIC), strict=True):
        np.testing.assert_array_equal(found, frame[camera.array(name)])
    assert sample["caption"] == dataset.caption(position, camera.name)
    assert sample["instruction"] == record.instruction
    np.testing.assert_array_equal(np.reshape(sample["K"], (3, 3)), frame[camera.array(INTRINSICS)])
    np.testing.assert_array_equal(sample["pose_world_camera"], frame[camera.array(EXTRINSICS)])
    names = ("instance_id", "class_id", "bounding_box_2d_tight", "bounding_box_3d", "pose_camera", "visible_pixels")
    labels = dataset.labels(position, camera.name, names)
    assert [o["id"] for o in sample["objects"]] == labels["instance_id"].tolist()
    assert [o["class_id"] for o in sample["objects"]] == labels["class_id"].tolist()
    assert [o["area"] for o in sample["objects"]] == labels["visible_pixels"].tolist()
    for item, tight, box, pose in zip(
        sample["objects"],
        labels["bounding_box_2d_tight"],
        labels["bounding_box_3d"],
        labels["pose_camera"],
        strict=True,
    ):
        x, y, w, h = item["bbox"]
        assert [x, y, x + w, y + h] == tight.tolist()
        np.testing.assert_array_equal(item["box_3d"], box)
        np.testing.assert_array_equal(item["pose_camera"], pose)
        assert dataset.meta.taxonomy[item["class_id"] - 1].name == item["class"]


def test_webdataset_returns_what_was_recorded(walk: Path, tmp_path: Path) -> None:
    out, dataset = export(walk, tmp_path / "o", "webdataset"), Dataset(walk)
    shards = sorted(out.glob("*/*.tar"))
    samples = foreign.load("readers", "load_webdataset.py", tmp_path / "read.npz", *shards, home=tmp_path)
    assert [sample["split"] for sample in samples.values()] == ["train"] * 8 + ["val"] * 4
    assert all(Path(sample["url"]).parent.name == sample["split"] for sample in samples.values())
    with np.load(tmp_path / "read.npz") as arrays:
        pictures = dict(arrays)
    for key, sample in samples.items():
        names = ("rgb.png", "depth.png", "instance.png", "semantic.png")
        check(dataset, sample, [pictures[f"{key}/{name}"] for name in names])


def test_datasets_returns_what_was_recorded(walk: Path, tmp_path: Path) -> None:
    out, dataset = export(walk, tmp_path / "o", "hf"), Dataset(walk)
    rows = foreign.load("readers", "load_hf.py", out, tmp_path / "read.npz", home=tmp_path)
    assert len(rows) == 12
    with np.load(tmp_path / "read.npz") as arrays:
        for key, row in enumerate(rows):
            assert row["loaded_as"] == row["split"]
            names = ("image", "depth", "instance_segmentation", "semantic_segmentation")
            check(dataset, row, [arrays[f"{key}/{name}"] for name in names])


@pytest.mark.parametrize("name", ["webdataset", "hf"])
def test_the_same_bytes_again(name: str, walk: Path, tmp_path: Path) -> None:
    first, second = (digests(export(walk, tmp_path / str(n), name)) for n in range(2))
    assert first == second


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize(("name", "package"), [("webdataset", "webdataset"), ("hf", "datasets")])
def test_a_missing_package_is_named(
    name: str, package: str, walk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(Exception, match=rf"needs {package}, which is not installed: pip install .*\[export\]"):
        export(walk, tmp_path / "o", name)
    assert not list(tmp_path.iterdir())
