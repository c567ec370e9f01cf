"""The BOP export: its fields as bop_toolkit reads them, its models drawn with its poses and held against its masks."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import foreign
import numpy as np
import pytest
from exported import export, images

from training.dataset import Dataset
from training.dataset.schema import DEPTH, INSTANCE, RGB

CLASSES = ("pallet", "carton", "forklift", "workstation", "pillar", "stillage")  # no struts thinner than a pixel


@pytest.fixture(scope="module")
def exported(walk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(walk, tmp_path_factory.mktemp("bop") / "bop", "bop", classes=CLASSES)


def load_ply(path: Path) -> tuple[Any, Any]:
    """Vertices (n, 3) mm and faces (m, 3)."""
    head, _, data = path.read_bytes().partition(b"end_header\n")
    lines = head.decode().splitlines()
    assert lines[:2] == ["ply", "format binary_little_endian 1.0"]
    counts = [int(line.split()[2]) for line in lines if line.startswith("element")]
    vertex = np.dtype([("place", "<f4", 3), ("normal", "<f4", 3), ("color", "u1", 3)])
    face = np.dtype([("count", "u1"), ("corners", "<i4", 3)])
    vertices = np.frombuffer(data, vertex, counts[0])
    faces = np.frombuffer(data, face, counts[1], counts[0] * vertex.itemsize)
    assert counts[0] * vertex.itemsize + counts[1] * face.itemsize == len(data)
    np.testing.assert_allclose(np.linalg.norm(vertices["normal"], axis=1), 1, atol=1e-5)
    return vertices["place"].astype(float), faces["corners"]


def scenes(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for scene in sorted(path.parent for path in folder.glob("*/*/scene_gt.json")):
        names = ("scene_gt", "scene_gt_info", "scene_camera")
        yield scene, {name: json.loads((scene / f"{name}.json").read_text()) for name in names}


def gray(path: Path) -> Any:
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


def silhouette(vertices: Any, faces: Any, truth: dict[str, Any], k: Any, shape: Any) -> Any:
    """A model drawn with its pose, or None where a part of it is behind the camera."""
    points = vertices @ np.reshape(truth["cam_R_m2c"], (3, 3)).T + truth["cam_t_m2c"]
    if points[:, 2].min() < 200:
        return None
    pixels = (points @ k.T)[:, :2] / points[:, 2:]
    drawn = np.zeros(shape, np.uint8)
    for triangle in pixels[faces]:
        cv2.fillConvexPoly(drawn, np.round(triangle * 16).astype(np.int32), 1, shift=4)
    return drawn.astype(bool)


def problems(folder: Path) -> Iterator[str]:
    """Objects whose model, drawn with the exported pose and calibration, is not their mask."""
    models = {int(path.stem[4:]): load_ply(path) for path in folder.glob("models/*.ply")}
    for scene, documents in scenes(folder):
        for key, found in documents["scene_gt"].items():
            k = np.reshape(documents["scene_camera"][key]["cam_K"], (3, 3))
            for n, truth in enumerate(found):
                mask = gray(scene / f"mask/{int(key):06d}_{n:06d}.png") > 0
                drawn = silhouette(*models[truth["obj_id"]], truth, k, mask.shape)
                if drawn is not None and mask.sum() > 150:
                    # fillConvexPoly draws the rim, half a pixel more on every side.
                    grown = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
                    missed, extra = (mask & ~drawn).sum() / mask.sum(), (drawn & ~grown).sum() / mask.sum()
                    if missed > 0.05 or extra > 0.05:
                        yield f"{scene.name}/{key} {truth['instance_id']}: {missed:.2f} missed, {extra:.2f} too much"


def test_models_with_their_poses_cover_their_masks(exported: Path) -> None:
    assert list(problems(exported)) == []


def shift(truth: dict[str, Any]) -> None:
    truth["cam_t_m2c"][0] += 150


def transpose(truth: dict[str, Any]) -> None:
    truth["cam_R_m2c"] = np.reshape(truth["cam_R_m2c"], (3, 3)).T.ravel().tolist()


def metres(truth: dict[str, Any]) -> None:
    truth["cam_t_m2c"] = [v * 1.1 for v in truth["cam_t_m2c"]]


@pytest.mark.parametrize("fault", [shift, transpose, metres])
def test_a_planted_fault_is_found(fault: Callable[[dict[str, Any]], None], exported: Path, tmp_path: Path) -> None:
    damaged = Path(shutil.copytree(exported, tmp_path / "damaged"))
    for scene, documents in scenes(damaged):
        for found in documents["scene_gt"].values():
            for truth in found:
                fault(truth)
        (scene / "scene_gt.json").write_text(json.dumps(documents["scene_gt"]))
    assert list(problems(damaged))


def test_a_flipped_mask_is_found(exported: Path, tmp_path: Path) -> None:
    damaged = Path(shutil.copytree(exported, tmp_path / "damaged"))
    for path in damaged.glob("*/*/mask/*.png"):
        cv2.imwrite(str(path), gray(path)[:, ::-1])
    assert list(problems(damaged))


def test_pictures_depth_and_visible_masks_are_the_recorded_ones(exported: Path, walk: Path) -> None:
    dataset = Dataset(walk)
    for row, frame, camera, position in images(exported, dataset):
        picture = exported / row["file"]
        scene, key = picture.parents[1], str(int(picture.stem))
        np.testing.assert_array_equal(gray(picture)[..., ::-1], frame[camera.array(RGB)])
        camera_entry = json.loads((scene / "scene_camera.json").read_text())[key]
        depth = gray(scene / f"depth/{picture.stem}.png")
        assert depth.dtype == np.uint16
        np.testing.assert_array_equal(depth * camera_entry["depth_scale"], frame[camera.array(DEPTH)])
        truth = json.loads((scene / "scene_gt.json").read_text())[key]
        info = json.loads((scene / "scene_gt_info.json").read_text())[key]
        names = {i.id: i.class_name for i in dataset.scene(dataset.locate(position)[0]).instances}
        ids = frame[camera.array(INSTANCE)]
        assert [t["instance_id"] for t in truth] == [i for i in np.unique(ids) if names.get(int(i)) in CLASSES]
        for n, (entry, sight) in enumerate(zip(truth, info, strict=True)):
            seen = gray(scene / f"mask_visib/{picture.stem}_{n:06d}.png")
            whole = gray(scene / f"mask/{picture.stem}_{n:06d}.png")
            assert set(np.unique(seen)) <= {0, 255}
            np.testing.assert_array_equal(seen > 0, ids == entry["instance_id"])
            assert not ((seen > 0) & (whole == 0)).any()
            check_sight(sight, seen > 0, whole > 0, depth)
            assert (exported / f"models/obj_{entry['obj_id']:06d}.ply").exists()


def check_sight(sight: dict[str, Any], seen: Any, whole: Any, depth: Any) -> None:
    v, u = np.nonzero(seen)
    x, y, w, h = sight["bbox_visib"]
    assert [x, y, x + w, y + h] == [u.min(), v.min(), u.max() + 1, v.max() + 1]
    assert sight["px_count_visib"] == seen.sum()
    assert sight["px_count_valid"] == (whole & (depth > 0)).sum()
    assert sight["px_count_all"] >= whole.sum() - 0.02 * whole.sum() - 2  # drawn on a canvas of its own
    assert sight["visib_fract"] == sight["px_count_visib"] / sight["px_count_all"]


def test_world_poses_follow_from_the_cameras(exported: Path, walk: Path) -> None:
    """What stands still is in the same place in every image of a scene's two cameras."""
    places: dict[int, list[Any]] = {}
    for _, documents in scenes(exported):
        for key, found in documents["scene_gt"].items():
            camera = documents["scene_camera"][key]
            rotation, translation = np.reshape(camera["cam_R_w2c"], (3, 3)), np.array(camera["cam_t_w2c"])
            for truth in found:
                places.setdefault(truth["instance_id"], []).append(
                    rotation.T @ (np.array(truth["cam_t_m2c"]) - translation)
                )
    assert max(len(found) for found in places.values()) > 3
    for found in places.values():
        np.testing.assert_allclose(found, np.broadcast_to(found[0], (len(found), 3)), atol=1e-3)


def test_trimesh_reads_the_models(exported: Path, tmp_path: Path) -> None:
    found = foreign.load("readers", "load_ply.py", *sorted(exported.glob("models/*.ply")), home=tmp_path)
    assert found
    for name, there in found.items():
        vertices, faces = load_ply(exported / f"models/{name}.ply")
        assert there["faces"] == len(faces)
        np.testing.assert_allclose(there["bounds"], [vertices.min(axis=0), vertices.max(axis=0)], atol=1e-3)


def test_faces_are_seen_from_outside(exported: Path) -> None:
    """Counter-clockwise: a face's own normal points the way of its corners'."""
    for path in exported.glob("models/*.ply"):
        vertices, faces = load_ply(path)
        a, b, c = (vertices[faces[:, k]] for k in range(3))
        normals = normals_of(path)[faces].mean(axis=1)
        assert (np.einsum("ij,ij->i", np.cross(b - a, c - a), normals) > 0).mean() > 0.99


def normals_of(path: Path) -> Any:
    head, _, data = path.read_bytes().partition(b"end_header\n")
    count = int(head.split(b"element vertex ")[1].split()[0])
    return np.frombuffer(data, [("place", "<f4", 3), ("normal", "<f4", 3), ("color", "u1", 3)], count)["normal"]


def test_models_are_shared_and_measured(exported: Path) -> None:
    info = json.loads((exported / "models/models_info.json").read_text())
    used = {t["obj_id"] for _, d in scenes(exported) for found in d["scene_gt"].values() for t in found}
    assert used <= {int(k) for k in info}
    for number, entry in info.items():
        vertices, _ = load_ply(exported / f"models/obj_{int(number):06d}.ply")
        np.testing.assert_allclose([entry[f"min_{a}"] for a in "xyz"], vertices.min(axis=0), atol=1e-2)
        np.testing.assert_allclose([entry[f"size_{a}"] for a in "xyz"], np.ptp(vertices, axis=0), atol=1e-2)
        assert entry["diameter"] <= np.linalg.norm(np.ptp(vertices, axis=0)) + 1e-3
    pallets = [entry for entry in info.values() if entry["class_name"] == "pallet"]
    assert 1 <= len(pallets) <= 3  # there are fifty of them, of a few makes
    for entry in pallets:
        np.testing.assert_allclose([entry[f"size_{a}"] for a in "xyz"], [1200, 800, 144], atol=1)
