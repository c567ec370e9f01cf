"""The KITTI export: read by datumaro, and its boxes held against the pixels by the exported calibration alone."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import foreign
import numpy as np
import pytest
from exported import export, images

from robots import load as load_robot
from training.dataset import Dataset
from training.dataset.schema import DEPTH, INSTANCE
from twin.errors import DatasetError

Lines = list[list[str]]
TOLERANCE = 0.03  # m: depth is rounded to mm, and a pixel is a patch


@pytest.fixture(scope="module")
def exported(walk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(walk, tmp_path_factory.mktemp("kitti") / "kitti", "kitti")


def calibration(folder: Path, stem: str) -> dict[str, Any]:
    lines = (folder / f"training/calib/{stem}.txt").read_text().splitlines()
    pairs = (line.split(": ") for line in lines)
    return {name: np.array(numbers.split(), float).reshape(3, -1) for name, numbers in pairs}


def labels(folder: Path, stem: str) -> Lines:
    return [line.split() for line in (folder / f"training/label_2/{stem}.txt").read_text().splitlines()]


def in_box(points: Any, label: list[str]) -> Any:
    """By how far points (n, 3) of the rectified frame lie outside a label's box, as the development kit turns it."""
    h, w, length, x, y, z, ry = map(float, label[8:15])
    c, s = np.cos(ry), np.sin(ry)
    local = (points - [x, y, z]) @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    outside = np.stack([np.abs(local[:, 0]) - length / 2, local[:, 1], -local[:, 1] - h, np.abs(local[:, 2]) - w / 2])
    return outside.max(axis=0)


def problems(folder: Path, walk: Path) -> Iterator[str]:
    """Objects whose pixels, put into space with the exported calibration, lie outside their box."""
    dataset = Dataset(walk)
    for row, frame, camera, _ in images(folder, dataset):
        stem = Path(row["file"]).stem
        calib, lines = calibration(folder, stem), labels(folder, stem)
        ids, depth = frame[camera.array(INSTANCE)], frame[camera.array(DEPTH)] / 1000
        shown = np.unique(ids[ids > 0])
        if len(shown) != len(lines):
            yield f"{stem}: {len(lines)} labels for {len(shown)} objects"
            continue
        k = calib["P2"][:, :3] @ calib["R0_rect"]
        for instance, label in zip(shown, lines, strict=True):
            v, u = np.nonzero((ids == instance) & (depth > 0))
            rays = np.linalg.inv(k) @ np.stack([u, v, np.ones(len(u))])
            points = (calib["R0_rect"] @ (rays * depth[v, u])).T
            # The largest slip of a patch of one pixel is its depth over the focal length, and more on a slant.
            slack = TOLERANCE + 2 * depth[v, u] / k[0, 0]
            if len(points) and (in_box(points, label) > slack).mean() > 0.01:
                yield f"{stem}: {label[0]} {instance}: pixels lie outside its box"


def test_every_pixel_lies_in_its_objects_box(exported: Path, walk: Path) -> None:
    assert list(problems(exported, walk)) == []


def swap(a: int, b: int) -> Callable[[list[str]], None]:
    def fault(label: list[str]) -> None:
        label[a], label[b] = label[b], label[a]

    return fault


def shift(label: list[str]) -> None:
    label[11] = str(float(label[11]) + 0.3)


def turn(label: list[str]) -> None:
    label[14] = str(-float(label[14]) + 0.1)


def lift(label: list[str]) -> None:
    label[12] = str(float(label[12]) - float(label[8]) / 2 - 0.1)


@pytest.mark.parametrize(
    "fault", [swap(9, 10), swap(8, 10), shift, turn, lift], ids=["swap sizes", "swap axes", "shift", "turn", "lift"]
)
def test_a_planted_fault_is_found(
    fault: Callable[[list[str]], None], exported: Path, walk: Path, tmp_path: Path
) -> None:
    damaged = Path(shutil.copytree(exported, tmp_path / "damaged"))
    for path in damaged.glob("training/label_2/*.txt"):
        lines = [line.split() for line in path.read_text().splitlines()]
        for label in lines:
            fault(label)
        path.write_text("".join(" ".join(label) + "\n" for label in lines))
    assert list(problems(damaged, walk))


def test_projected_boxes_are_the_2d_boxes(exported: Path, walk: Path) -> None:
    compared = 0
    for row, _, camera, _ in images(exported, Dataset(walk)):
        stem = Path(row["file"]).stem
        p2 = calibration(exported, stem)["P2"]
        for label in labels(exported, stem):
            pixels = p2[:, :3] @ corners(label)
            if (pixels[2] > 0.1).all():
                u, v = pixels[:2] / pixels[2]
                limits = [camera.width - 1, camera.height - 1] * 2
                around = np.clip([u.min(), v.min(), u.max(), v.max()], 0, limits)
                np.testing.assert_allclose(np.array(label[4:8], float), around, atol=0.02)
                alpha, (x, _, z), ry = float(label[3]), map(float, label[11:14]), float(label[14])
                assert np.cos(alpha - (ry - np.arctan2(x, z))) == pytest.approx(1)
                compared += 1
    assert compared > 30


def corners(label: list[str]) -> Any:
    """Shape (3, 8), as computeBox3D of the development kit."""
    h, w, length, x, y, z, ry = map(float, label[8:15])
    c, s = np.cos(ry), np.sin(ry)
    turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    xs = np.array([1, 1, -1, -1, 1, 1, -1, -1]) * length / 2
    ys = np.array([0, 0, 0, 0, -1, -1, -1, -1]) * h
    zs = np.array([1, -1, -1, 1, 1, -1, -1, 1]) * w / 2
    return turn @ np.stack([xs, ys, zs]) + np.array([[x], [y], [z]])


def test_a_level_camera_has_kittis_own_calibration(exported: Path, walk: Path) -> None:
    dataset = Dataset(walk)
    for row, frame, camera, _ in images(exported, dataset):
        calib = calibration(exported, Path(row["file"]).stem)
        k = frame[camera.array("intrinsics")]
        level = camera.name == "level"
        assert np.allclose(calib["R0_rect"], np.eye(3), atol=1e-9) == level
        assert np.allclose(calib["P2"][:, :3], k, atol=1e-6) == level
        assert np.allclose(calib["R0_rect"] @ calib["R0_rect"].T, np.eye(3))
        down = calib["R0_rect"] @ calib["Tr_velo_to_cam"][:, :3] @ [0, 0, -1]
        np.testing.assert_allclose(down, [0, 1, 0], atol=1e-9)


def test_hidden_and_cut_off_objects_say_so(exported: Path) -> None:
    found = [label for path in exported.glob("training/label_2/*") for label in labels(exported, path.stem)]
    assert {label[2] for label in found} == {"0", "1", "2"}
    truncated = np.array([float(label[1]) for label in found])
    assert (truncated >= 0).all()
    assert (truncated <= 1).all()
    assert (truncated == 0).any()
    assert (truncated > 0.3).any()


def test_datumaro_reads_it(exported: Path, walk: Path, tmp_path: Path) -> None:
    found = foreign.load("readers", "load_datumaro.py", "kitti3d", exported / "training", home=tmp_path)
    assert len(found) == sum(1 for _ in images(exported, Dataset(walk)))
    for stem, annotations in found.items():
        assert len([a for a in annotations if a["type"] == "cuboid_2d" or a["label"]]) == len(labels(exported, stem))


def test_splits_are_listed(exported: Path) -> None:
    lists = {path.stem: path.read_text().split() for path in exported.glob("ImageSets/*.txt")}
    assert {name: len(stems) for name, stems in lists.items()} == {"train": 8, "val": 4}
    assert sorted(stem for stems in lists.values() for stem in stems) == sorted(
        path.stem for path in exported.glob("training/image_2/*")
    )


@pytest.fixture(scope="module")
def driven(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export with a lidar."""
    return export(recorded, tmp_path_factory.mktemp("kitti_lidar") / "kitti", "kitti")


def returns(folder: Path, stem: str) -> tuple[Any, Any, Any]:
    """Points (n, 3) in the robot's frame, class ids, instance ids."""
    points = np.fromfile(folder / f"training/velodyne/{stem}.bin", "<f4").reshape(-1, 4)
    labels = np.fromfile(folder / f"training/velodyne_labels/{stem}.label", "<u4")
    assert (points[:, 3] == 0).all()
    return points[:, :3], labels & 0xFFFF, labels >> 16


def test_lidar_points_are_the_recorded_ranges_around_the_lidar(driven: Path, recorded: Path) -> None:
    mount = load_robot("amr").sensors.lidar.pose.position
    for row, frame, _, _ in images(driven, Dataset(recorded)):
        points, classes, instances = returns(driven, Path(row["file"]).stem)
        ranges = frame["lidar/range"][frame["lidar/range"] > 0]
        np.testing.assert_allclose(np.hypot(*(points[:, :2] - mount[:2]).T), ranges, atol=2e-3)
        np.testing.assert_array_equal(classes, frame["lidar/class_id"][: len(points)])
        np.testing.assert_array_equal(instances, frame["lidar/instance"][: len(points)])


def misplaced(folder: Path, recorded: Path, shift: float = 0.0) -> float:
    """Share of the lidar's points that the image does not show there, not that object or not that far away."""
    wrong, seen = 0, 0
    around = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    for row, frame, camera, _ in images(folder, Dataset(recorded)):
        calib = calibration(folder, stem := Path(row["file"]).stem)
        points, _, instances = returns(folder, stem)
        homogeneous = np.insert(points + np.array([0, shift, 0]), 3, 1.0, axis=1)
        u, v, z = calib["P2"][:, :3] @ calib["R0_rect"] @ calib["Tr_velo_to_cam"] @ homogeneous.T
        column, line = np.round(u / z).astype(int), np.round(v / z).astype(int)
        shown = (z > 0.2) & (column > 0) & (column < camera.width - 1) & (line > 0) & (line < camera.height - 1)
        near = [(line[shown] + i, column[shown] + j) for i, j in around]
        depth = np.stack([frame[camera.array(DEPTH)][at] / 1000 for at in near])
        ids = np.stack([frame[camera.array(INSTANCE)][at] for at in near])
        fits = (ids == instances[shown]) & (np.abs(depth - z[shown]) < 0.1 + 0.03 * depth)
        hidden = (depth < z[shown] - 0.1).any(axis=0)
        wrong += int((~fits.any(axis=0) & ~hidden).sum())
        seen += int((~hidden).sum())
    assert seen > 100
    return wrong / seen


def test_lidar_points_fall_on_their_objects_in_the_image(driven: Path, recorded: Path) -> None:
    assert misplaced(driven, recorded) < 0.08
    assert misplaced(driven, recorded, shift=0.3) > 0.3


def test_without_a_lidar_there_are_no_points(exported: Path) -> None:
    assert sorted(path.name for path in (exported / "training").iterdir()) == ["calib", "image_2", "label_2"]


@pytest.mark.parametrize("name", ["kitti", "bop"])
def test_a_lens_that_distorts_is_refused(name: str, bent: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"camera 'fisheye' has a lens that distorts \(fisheye\), which this format"):
        export(bent, tmp_path / "o", name)
    assert not list(tmp_path.iterdir())
