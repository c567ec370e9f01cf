"""The MCAP export, read by the mcap library with Foxglove's schemas, and held against pixels and geometry."""

from pathlib import Path
from typing import Any

import foreign
import numpy as np
import pytest

from training.commands import export as command
from training.dataset import Dataset
from training.dataset.schema import DEPTH, EXTRINSICS, INSTANCE, INTRINSICS, POSES, RGB, SEMANTIC
from twin.errors import DatasetError
from twin.geometry import inverse, transform_points

CAMERA = "robot_camera"
CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])


def export(dataset: Path, out: Path, **flags: Any) -> Path:
    assert command.run(command.Args(str(dataset), out, format="mcap", **flags)) == 0
    return out


def read(path: Path, home: Path) -> "Found":
    about = foreign.load("readers", "load_mcap.py", path, home / "read.npz", home=home)
    with np.load(home / "read.npz") as arrays:
        return Found(about, dict(arrays))


class Found:
    """What the mcap library read."""

    def __init__(self, about: dict[str, Any], arrays: dict[str, Any]) -> None:
        self.about, self.arrays = about, arrays

    def at(self, topic: str, step: int, name: str) -> Any:
        return self.arrays[f"{topic}|{step}|{name}"]


@pytest.fixture(scope="module")
def episode(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Found]:
    """The first episode, recorded and read back."""
    home, dataset = tmp_path_factory.mktemp("mcap"), Dataset(recorded)
    export(recorded, home / "o")
    return dataset, read(home / "o" / dataset.record(0).split / "episode000000.mcap", home)


def test_pixels_calibration_and_values_are_the_recorded_ones(episode: tuple[Dataset, Found]) -> None:
    dataset, found = episode
    compare(dataset, found)


def compare(dataset: Dataset, found: Found) -> None:
    camera, rows = dataset.cameras["robot/camera"], dataset.episode(0)
    values = dict(rows)
    for step in range(rows.frames):
        here = {name: value[step] for name, value in values.items()}
        np.testing.assert_array_equal(found.at(f"/{CAMERA}/image", step, "rgb"), here[camera.array(RGB)])
        for topic, name in (("depth", DEPTH), ("instance", INSTANCE), ("semantic", SEMANTIC)):
            np.testing.assert_array_equal(found.at(f"/{CAMERA}/{topic}", step, "values"), here[camera.array(name)])
        np.testing.assert_array_equal(found.at(f"/{CAMERA}/calibration", step, "K"), here[camera.array(INTRINSICS)])
        np.testing.assert_array_equal(found.at("/tf", step, f"camera/{CAMERA}"), here[camera.array(EXTRINSICS)])
        for name in ("actions", "reward", "terminated", "truncated", "observations/lidar"):
            exported = found.at("/step", step, name).astype(here[name].dtype)
            np.testing.assert_array_equal(exported, here[name])
        came = here["lidar/range"] > 0
        assert 0 < came.sum() < len(came)
        cloud = np.stack([found.at("/lidar", step, axis) for axis in "xyz"], axis=1)
        np.testing.assert_array_equal(cloud, here["lidar/points"][came])
        for name in ("range", "instance", "class_id"):
            np.testing.assert_array_equal(found.at("/lidar", step, name), here[f"lidar/{name}"][came])
    times = np.array(found.about["times"]["/step"]) / 1e9
    np.testing.assert_allclose(times, values["time"], atol=1e-9)
    assert all(found.about["times"][f"/{CAMERA}/{t}"] == found.about["times"]["/tf"] for t in ("image", "depth"))


def test_a_changed_pixel_would_be_seen(episode: tuple[Dataset, Found]) -> None:
    dataset, found = episode
    name = f"/{CAMERA}/depth|2|values"
    changed = found.arrays[name].copy()
    changed[7, 9] += 1
    with pytest.raises(AssertionError):
        compare(dataset, Found(found.about, found.arrays | {name: changed}))


def test_2d_boxes_lie_around_the_masks(episode: tuple[Dataset, Found]) -> None:
    _, found = episode
    checked = 0
    for step in range(found.about["counts"]["/tf"]):
        ids = found.at(f"/{CAMERA}/instance", step, "values")
        shown = found.at(f"/{CAMERA}/boxes", step, "instance")
        assert sorted(shown) == sorted(set(np.unique(ids)) - {0})
        for instance, corners in zip(shown, found.at(f"/{CAMERA}/boxes", step, "corners"), strict=True):
            y, x = np.nonzero(ids == instance)
            assert corners.min(axis=0).tolist() == [x.min(), y.min()]
            assert corners.max(axis=0).tolist() == [x.max() + 1, y.max() + 1]
            checked += 1
    assert checked > 20


def hulls_hold_masks(found: Found) -> int:
    """Project every 3D box with the exported calibration and transforms: no pixel of its mask may lie outside."""
    import cv2

    static = boxes(found, "/boxes/static", 0)
    checked = 0
    for step in range(found.about["counts"]["/tf"]):
        ids = found.at(f"/{CAMERA}/instance", step, "values")
        k = found.at(f"/{CAMERA}/calibration", step, "K")
        pose_camera_world = inverse(found.at("/tf", step, f"camera/{CAMERA}"))
        both = static | boxes(found, "/boxes/moving", step)
        for instance in set(np.unique(ids)) - {0}:
            pose, size = both[int(instance)]
            points = transform_points(pose_camera_world, transform_points(pose, CORNERS * size))
            if (points[:, 2] < 0.1).any():
                continue  # partly behind the camera: its outline is no hull of corners
            pixels = points @ k.T
            hull = cv2.convexHull((pixels[:, :2] / pixels[:, 2:]).astype(np.float32))
            for y, x in zip(*np.nonzero(ids == instance), strict=True):
                assert cv2.pointPolygonTest(hull, (float(x), float(y)), measureDist=True) > -1.5, (step, instance)
            checked += 1
    return checked


def boxes(found: Found, topic: str, step: int) -> dict[int, Any]:
    columns = (found.at(topic, step, name) for name in ("instance", "pose", "size"))
    return {int(i): (pose, size) for i, pose, size in zip(*columns, strict=True)}


def test_3d_boxes_projected_with_the_exported_calibration_hold_the_masks(episode: tuple[Dataset, Found]) -> None:
    assert hulls_hold_masks(episode[1]) > 10


def test_boxes_that_stand_elsewhere_would_be_seen(episode: tuple[Dataset, Found]) -> None:
    found = episode[1]
    name = "/boxes/static|0|pose"
    with pytest.raises(AssertionError):
        hulls_hold_masks(Found(found.about, found.arrays | {name: found.arrays[name] + [0.3, 0, 0, 0, 0, 0, 0]}))


def test_moving_bodies_are_in_the_tree_of_frames(episode: tuple[Dataset, Found]) -> None:
    dataset, found = episode
    scene, poses = dataset.scene(0), dataset.episode(0)[POSES]
    base = next(camera.body for camera in scene.cameras if camera.name == "robot/camera")
    for step in range(len(poses)):
        np.testing.assert_array_equal(found.at("/tf", step, base), poses[step, scene.body_index[base]])
    still = [body.name for body, moved in zip(scene.bodies, np.ptp(poses, axis=0), strict=True) if not moved.any()]
    assert len(still) > 10
    assert not any(f"/tf|0|{name}" in found.arrays for name in still)


def test_schemas_and_metadata(episode: tuple[Dataset, Found]) -> None:
    dataset, found = episode
    kinds = {
        "image": "CompressedImage",
        "depth": "RawImage",
        "calibration": "CameraCalibration",
        "boxes": "ImageAnnotations",
    }
    for topic, kind in kinds.items():
        assert found.about["schemas"][f"/{CAMERA}/{topic}"] == f"foxglove.{kind}"
    assert found.about["schemas"]["/boxes/static"] == "foxglove.SceneUpdate"
    assert found.about["counts"]["/boxes/static"] == 1
    metadata = found.about["metadata"]
    assert metadata["episode"]["digest"] == dataset.record(0).digest
    assert metadata["episode"]["split"] == dataset.record(0).split
    assert metadata["episode"]["instruction"]
    assert metadata["dataset"]["licence"] == "CC-BY-4.0"
    assert dataset.digest() in metadata["dataset"]["about"]


def test_a_damaged_file_is_told_by_its_checksums(recorded: Path, tmp_path: Path) -> None:
    path = min(export(recorded, tmp_path / "o", images="jpg").rglob("*.mcap"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(AssertionError, match=r"crc validation failed|Data corruption detected"):
        read(path, tmp_path)


def test_classes_limit_the_boxes(recorded: Path, tmp_path: Path) -> None:
    path = min(export(recorded, tmp_path / "o", classes=("pallet",)).rglob("*.mcap"))
    found = read(path, tmp_path)
    k = int(path.stem.removeprefix("episode"))
    pallets = {i.id for i in Dataset(recorded).scene(k).instances if i.class_name == "pallet"}
    shown = {*found.at("/boxes/static", 0, "instance"), *found.at("/boxes/moving", 0, "instance")}
    assert shown == pallets
    assert set(found.at(f"/{CAMERA}/boxes", 0, "instance")) <= pallets


def test_frames_without_time_are_refused(small: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"small.zarr has no array 'time'"):
        export(small, tmp_path / "o")
