"""The Rerun export, made and read back in an environment of its own: the SDK is half a gigabyte, and optional."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import foreign
import numpy as np
import pytest

from training import cli
from training.dataset import Dataset
from training.dataset.schema import DEPTH, EXTRINSICS, INSTANCE, INTRINSICS, POSES, RGB, SEMANTIC

CAMERA = "/world/cameras/robot_camera"
Found = tuple[Dataset, dict[str, str], dict[str, Any]]


def export(dataset: Path, out: Path, home: Path, *flags: str) -> Path:
    environment = {"PYTHONPATH": str(foreign.ROOT), "DO_NOT_TRACK": "1"}
    foreign.run("rerun", "export.py", dataset, "--format", "rerun", "--out", out, *flags, home=home, **environment)
    return out


def read(path: Path, home: Path) -> tuple[dict[str, str], dict[str, Any]]:
    texts = foreign.load("rerun", "load_rerun.py", path, home / "read.npz", home=home, DO_NOT_TRACK="1")
    with np.load(home / "read.npz") as arrays:
        return texts, {name.replace("~", "/"): value for name, value in arrays.items()}


@pytest.fixture(scope="module")
def exported(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("rerun")
    return export(recorded, home / "o", home)


@pytest.fixture(scope="module")
def found(recorded: Path, exported: Path) -> Found:
    dataset = Dataset(recorded)
    return dataset, *read(exported / dataset.record(0).split / "episode000000.rrd", exported.parent)


def test_rerun_verifies_every_file(exported: Path, recorded: Path) -> None:
    files = sorted(exported.rglob("*.rrd"))
    assert len(files) == Dataset(recorded).episodes
    verify(*files)
    damaged = exported.parent / "damaged.rrd"
    content = files[0].read_bytes()
    damaged.write_bytes(content[: len(content) // 2])
    with pytest.raises(subprocess.CalledProcessError):
        verify(damaged)


def verify(*files: Path) -> None:
    command = [foreign.python("rerun").with_name("rerun"), "rrd", "verify", *files]
    environment = {"HOME": str(files[0].parent), "DO_NOT_TRACK": "1"}
    subprocess.run(command, env=environment, check=True, capture_output=True)


def test_pixels_and_values_are_the_recorded_ones(found: Found) -> None:
    compare(found)


def compare(found: Found) -> None:
    dataset, _, arrays = found
    camera, rows = dataset.cameras["robot/camera"], dataset.episode(0)
    values = dict(rows)
    scene = dataset.scene(0)
    for step in range(rows.frames):
        here = {name: value[step] for name, value in values.items()}
        same = np.testing.assert_array_equal
        same(arrays[f"{CAMERA}/rgb|{step}|EncodedImage:blob"], here[camera.array(RGB)])
        same(arrays[f"{CAMERA}/depth|{step}|EncodedDepthImage:blob"], here[camera.array(DEPTH)])
        for name, array in (("instance", INSTANCE), ("semantic", SEMANTIC)):
            same(arrays[f"{CAMERA}/{name}|{step}|SegmentationImage:buffer"], here[camera.array(array)])
        k = arrays[f"{CAMERA}|{step}|Pinhole:image_from_camera"].reshape(3, 3).T  # stored column by column
        same(k.astype(np.float32), here[camera.array(INTRINSICS)].astype(np.float32))
        same(pose(arrays, CAMERA, step), here[camera.array(EXTRINSICS)].astype(np.float32))
        same(pose(arrays, "/world/bodies/robot", step), here[POSES][scene.body_index["robot"]].astype(np.float32))
        for name in ("actions", "reward", "observations/lidar"):
            same(arrays[f"/step/{name}|{step}|Scalars:scalars"], np.float64(here[name]).ravel())
        came = here["lidar/range"] > 0
        same(arrays[f"/world/lidar|{step}|Points3D:positions"].reshape(-1, 3), here["lidar/points"][came])
        same(arrays[f"/world/lidar|{step}|Points3D:class_ids"], here["lidar/class_id"][came])
        same(arrays[f"/world/lidar|{step}|instance"], here["lidar/instance"][came])
        np.testing.assert_allclose(arrays[f"time|{step}|s"], here["time"], atol=1e-9)
    assert arrays[f"{CAMERA}/depth|0|EncodedDepthImage:meter"] == 1000


def pose(arrays: dict[str, Any], entity: str, step: int) -> Any:
    x, y, z, w = arrays[f"{entity}|{step}|Transform3D:quaternion"].ravel()
    translation = arrays[f"{entity}|{step}|Transform3D:translation"].ravel()
    return np.array([*translation, w, x, y, z]).astype(np.float32)


def test_a_changed_pixel_would_be_seen(found: Found) -> None:
    name = f"{CAMERA}/depth|1|EncodedDepthImage:blob"
    changed = found[2][name].copy()
    changed[3, 4] += 1
    with pytest.raises(AssertionError):
        compare((found[0], found[1], found[2] | {name: changed}))


def test_boxes_are_those_of_the_labels(found: Found) -> None:
    dataset, _, arrays = found
    for step in range(dataset.record(0).frames):
        labels = dataset.labels(step, "robot/camera", ("instance_id", "bounding_box_2d_tight", "bounding_box_3d"))
        centers = arrays[f"{CAMERA}/boxes|{step}|Boxes2D:centers"].reshape(-1, 2)
        halves = arrays[f"{CAMERA}/boxes|{step}|Boxes2D:half_sizes"].reshape(-1, 2)
        np.testing.assert_array_equal(np.hstack([centers - halves, centers + halves]), labels["bounding_box_2d_tight"])
        np.testing.assert_array_equal(arrays[f"{CAMERA}/boxes|{step}|instance"], labels["instance_id"])
        placed = boxes(arrays, "/world/boxes/static", -1) | boxes(arrays, "/world/boxes/moving", step)
        for instance, box in zip(labels["instance_id"].tolist(), labels["bounding_box_3d"], strict=True):
            np.testing.assert_allclose(placed[instance], box, atol=1e-5)


def boxes(arrays: dict[str, Any], entity: str, step: int) -> dict[int, Any]:
    names = ("centers", "quaternions", "half_sizes")
    centers, turns, halves = (
        arrays[f"{entity}|{step}|Boxes3D:{name}"].reshape(-1, 4 if name == "quaternions" else 3) for name in names
    )
    rows = np.hstack([centers, np.roll(turns, 1, axis=1), 2 * halves])
    return dict(zip(arrays[f"{entity}|{step}|instance"].tolist(), rows, strict=True))


def test_record_and_licence_come_with_it(found: Found) -> None:
    dataset, texts, _ = found
    record = json.loads(texts["/__properties/episode|-1|json"])
    assert record["digest"] == dataset.record(0).digest
    assert texts["/__properties/dataset|-1|licence"] == "CC-BY-4.0"
    assert dataset.digest() in texts["/__properties/dataset|-1|json"]
    assert texts["/instruction|-1|TextDocument:text"]


def test_without_the_sdk_it_says_what_to_install(
    recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "rerun", None)
    assert cli.main(["export", str(recorded), "--format", "rerun", "--out", str(tmp_path / "o")]) == 2
    assert "needs rerun, which is not installed: pip install 'factory-twin[rerun]'" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()
