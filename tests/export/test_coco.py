"""The COCO export, judged by pycocotools and against the recorded pixels."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import foreign
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from pycocotools import mask as rle
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from training import export
from training.commands import export as command
from training.complete_folder import complete_folder
from training.dataset import Dataset
from training.dataset.schema import EXTRINSICS, INSTANCE, INTRINSICS, RGB, SEMANTIC
from training.export._masks import masks
from twin.errors import DatasetError, InputError, UnknownNameError
from twin.geometry import inverse, transform_points

Exported = tuple[Path, dict[str, COCO]]


def run(dataset: Path, out: Path, **flags: Any) -> Exported:
    assert command.run(command.Args(str(dataset), out, **{"workers": 1, **flags})) == 0
    return out, {path.stem.removeprefix("instances_"): COCO(path) for path in out.glob("annotations/instances_*.json")}


@pytest.fixture(scope="module")
def exported(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return run(recorded, tmp_path_factory.mktemp("export") / "coco")


@pytest.mark.parametrize("kind", ["bbox", "segm"])
def test_the_truth_fed_back_as_detections_scores_one(exported: Exported, kind: str) -> None:
    for truth in exported[1].values():
        detections = [{**a, "score": 1.0} for a in truth.dataset["annotations"]]
        evaluation = COCOeval(truth, truth.loadRes(detections), kind)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
        assert evaluation.stats[0] == 1.0


def test_masks_boxes_pictures_and_cameras_are_the_recorded_ones(recorded: Path, exported: Exported) -> None:
    dataset = Dataset(recorded)
    camera = dataset.cameras["robot/camera"]
    positions = {int(number): k for k, number in enumerate(dataset.numbers)}
    images = 0
    for coco in exported[1].values():
        for image in coco.imgs.values():
            images += 1
            row = {n: v[image["frame"]] for n, v in dataset.episode(positions[image["episode"]]).items()}
            picture = np.asarray(Image.open(exported[0] / "images" / image["file_name"]))
            np.testing.assert_array_equal(picture, row[camera.array(RGB)])
            np.testing.assert_array_equal(image["K"], row[camera.array(INTRINSICS)])
            np.testing.assert_array_equal(image["pose_world_camera"], row[camera.array(EXTRINSICS)])
            painted = np.zeros_like(row[camera.array(INSTANCE)])
            for annotation in coco.imgToAnns[image["id"]]:
                mask = rle.decode(annotation["segmentation"]).astype(bool)
                assert mask.sum() == annotation["area"]
                assert annotation["bbox"] == tight_box(mask)
                assert not painted[mask].any()
                painted[mask] = annotation["instance_id"]
            np.testing.assert_array_equal(painted, row[camera.array(INSTANCE)])
    assert images == len(dataset)


def tight_box(mask: Any) -> list[float]:
    y, x = np.nonzero(mask)
    return [x.min(), y.min(), x.max() - x.min() + 1, y.max() - y.min() + 1]


def test_categories_licence_and_provenance(recorded: Path, exported: Exported) -> None:
    dataset = Dataset(recorded)
    for split, coco in exported[1].items():
        document = coco.dataset
        assert document["licenses"] == [
            {"id": 1, "name": "CC-BY-4.0", "url": "https://spdx.org/licenses/CC-BY-4.0.html"}
        ]
        info = document["info"]
        assert info["name"] == "recorded"
        assert info["lineage"]["digest"] == dataset.digest()
        assert info["environment"]["id"] == "FactoryTwin/RouteNav-v0"
        assert info["generator"].startswith("factory-twin ")
        assert min(a["id"] for a in document["annotations"]) == 1
        names = {c["id"]: c["name"] for c in document["categories"]}
        assert names[3] == "pallet"
        for image in document["images"]:
            assert image["split"] == split
            assert dataset.record(image["episode"]).group == image["group"]


def panoptic_problems(folder: Path, dataset: Dataset) -> Iterator[str]:
    """Pixels whose segment is not that of what the dataset says they show."""
    positions = {int(number): k for k, number in enumerate(dataset.numbers)}
    for path in folder.glob("annotations/panoptic_*.json"):
        document = json.loads(path.read_text())
        things = {c["id"]: c["isthing"] for c in document["categories"]}
        for image, annotation in zip(document["images"], document["annotations"], strict=True):
            assert annotation["image_id"] == image["id"]
            colours = np.asarray(Image.open(path.with_suffix("") / annotation["file_name"])).astype(int)
            segments = colours @ [1, 256, 65536]
            camera = dataset.cameras[image["camera"]]
            row = {n: v[image["frame"]] for n, v in dataset.episode(positions[image["episode"]]).items()}
            classes, ids = row[camera.array(SEMANTIC)], row[camera.array(INSTANCE)]
            painted, listed = np.zeros_like(segments), set()
            for info in annotation["segments_info"]:
                mask = segments == info["id"]
                listed.add(info["id"])
                painted[mask] = info["category_id"]
                if info["area"] != mask.sum() or info["bbox"] != tight_box(mask):
                    yield f"{annotation['file_name']}: area or box of {info['id']}"
                if len(np.unique(ids[mask])) > 1 and things[info["category_id"]]:
                    yield f"{annotation['file_name']}: {info['id']} is several things"
            if listed != set(np.unique(segments[segments > 0]).tolist()) or (painted != classes).any():
                yield f"{annotation['file_name']}: segments"
            stuff = [info["category_id"] for info in annotation["segments_info"] if not things[info["category_id"]]]
            if len(stuff) != len(set(stuff)):
                yield f"{annotation['file_name']}: stuff in several segments"


def test_panoptic_segments_are_the_recorded_classes_and_things(recorded: Path, exported: Exported) -> None:
    assert list(panoptic_problems(exported[0], Dataset(recorded))) == []


def test_a_flipped_panoptic_picture_is_found(recorded: Path, exported: Exported, tmp_path: Path) -> None:
    damaged = Path(shutil.copytree(exported[0], tmp_path / "damaged"))
    for path in damaged.glob("annotations/panoptic_*/*.png"):
        Image.fromarray(np.asarray(Image.open(path))[:, ::-1]).save(path)
    assert list(panoptic_problems(damaged, Dataset(recorded)))


def test_keypoints_are_the_scenes_points_projected(walk: Path, tmp_path: Path) -> None:
    dataset, compared = Dataset(walk), 0
    _, splits = run(walk, tmp_path / "o")
    for coco in splits.values():
        for annotation in coco.dataset["annotations"]:
            names = coco.cats[annotation["category_id"]].get("keypoints")
            if names is None:
                assert "keypoints" not in annotation
                continue
            image = coco.imgs[annotation["image_id"]]
            scene = dataset.scene(image["episode"])
            instance = next(i for i in scene.instances if i.id == annotation["instance_id"])
            body = scene.initial_poses[scene.body_index[instance.body]]
            to_camera = inverse(image["pose_world_camera"])
            points = np.reshape(annotation["keypoints"], (-1, 3))
            assert annotation["num_keypoints"] == np.count_nonzero(points[:, 2])
            wanted = dict(instance.keypoints)
            for name, (u, v, seen) in zip(names, points, strict=True):
                if seen:
                    x, y, z = transform_points(to_camera, transform_points(body, [wanted[name]]))[0]
                    np.testing.assert_allclose([u, v], (np.array(image["K"]) @ [x / z, y / z, 1])[:2], atol=0.01)
                    compared += 1
    assert compared > 50


def test_a_fisheyes_keypoints_are_projected_through_its_lens(bent: Path, tmp_path: Path) -> None:
    out, splits = run(bent, tmp_path / "o")
    camera = json.loads((out / "dataset.json").read_text())["cameras"][0]
    assert (camera["model"], camera["distortion"]) == ("fisheye", [-0.04, 0.01, 0.0, 0.0])
    scene, compared = Dataset(bent).scene(0), 0
    instances = {i.id: i for i in scene.instances}
    for coco in splits.values():
        for annotation in coco.dataset["annotations"]:
            instance, image = instances[annotation["instance_id"]], coco.imgs[annotation["image_id"]]
            to_camera = inverse(image["pose_world_camera"])
            body = scene.initial_poses[scene.body_index[instance.body]]
            names = coco.cats[annotation["category_id"]].get("keypoints", ())
            for name, (u, v, seen) in zip(names, np.reshape(annotation.get("keypoints", []), (-1, 3)), strict=True):
                if seen:
                    point = transform_points(to_camera, transform_points(body, [dict(instance.keypoints)[name]]))
                    lens = (np.array(image["K"]), np.array(camera["distortion"]))
                    wanted, _ = cv2.fisheye.projectPoints(point[None], np.zeros(3), np.zeros(3), *lens)
                    np.testing.assert_allclose([u, v], wanted.ravel(), atol=0.01)
                    compared += 1
    assert compared > 20


def test_datumaro_reads_the_segments(exported: Exported, recorded: Path, tmp_path: Path) -> None:
    found = foreign.load("readers", "load_datumaro.py", "coco_panoptic", exported[0], home=tmp_path)
    for path in exported[0].glob("annotations/panoptic_*.json"):
        document = json.loads(path.read_text())
        names = {c["id"]: c["name"] for c in document["categories"]}
        split = path.stem.removeprefix("panoptic_")
        for annotation in document["annotations"]:
            there = {a["id"]: a for a in found[f"{split}/{Path(annotation['file_name']).stem}"]}
            for info in annotation["segments_info"]:
                assert there[info["id"]]["label"] == names[info["category_id"]]
                assert there[info["id"]]["area"] == info["area"]
    assert len(found) == len(Dataset(recorded))


def sparse(shape: tuple[int, int]) -> st.SearchStrategy[Any]:
    return arrays(np.uint16, shape, elements=st.sampled_from([0, 0, 1, 2, 300, 65535]))


@given(st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(sparse))
def test_masks_are_those_of_pycocotools(ids: Any) -> None:
    found = masks(ids)
    assert [m.id for m in found] == [int(i) for i in np.unique(ids) if i]
    for mask in found:
        encoded = rle.encode(np.asfortranarray(ids == mask.id, dtype=np.uint8))
        assert mask.rle == {"size": list(ids.shape), "counts": encoded["counts"].decode()}
        assert mask.area == rle.area(encoded)
        assert mask.box == rle.toBbox(encoded).tolist()


def test_it_can_be_limited_to_classes_and_splits(recorded: Path, tmp_path: Path) -> None:
    split = Dataset(recorded).record(0).split
    out, splits = run(recorded, tmp_path / "o", classes=("pallet", "floor"), splits=(split,), images="jpg")
    assert set(splits) == {split}
    assert {c["name"] for c in splits[split].dataset["categories"]} == {"pallet", "floor"}
    assert {a["category_id"] for a in splits[split].dataset["annotations"]} <= {3, 18}
    assert list((out / "images").rglob("*.jpg"))
    assert not list((out / "images").rglob("*.png"))


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"cameras": ("robot/kamera",)}, "unknown camera 'robot/kamera'; did you mean 'robot/camera'?"),
        ({"classes": ("palet",)}, "unknown class 'palet'; did you mean 'pallet'?"),
        ({"splits": ("trian",)}, "unknown split 'trian'; did you mean 'train'?"),
        ({"format": "cocoo"}, "unknown export format 'cocoo'; did you mean 'coco'? allowed: "),
    ],
)
def test_a_wrong_name_is_named_and_nothing_written(
    flags: dict[str, Any], message: str, recorded: Path, tmp_path: Path
) -> None:
    with pytest.raises(UnknownNameError) as caught:
        run(recorded, tmp_path / "o", **flags)
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_empty_is_not_touched(recorded: Path, tmp_path: Path) -> None:
    (tmp_path / "o").mkdir()
    (tmp_path / "o/mine.txt").write_text("mine")
    with pytest.raises(InputError, match="o is not empty; nothing was written"):
        run(recorded, tmp_path / "o")
    assert [path.name for path in tmp_path.rglob("*")] == ["o", "mine.txt"]
    with pytest.raises(InputError, match=r"mine.txt is a file; name a folder"):
        run(recorded, tmp_path / "o/mine.txt")


def test_an_empty_folder_will_do(recorded: Path, tmp_path: Path) -> None:
    (tmp_path / "o").mkdir()
    run(recorded, tmp_path / "o")
    assert (tmp_path / "o/annotations").is_dir()


def test_nothing_half_written_stays(damaged: Path, tmp_path: Path) -> None:
    scene = Dataset(damaged).record(2).scene
    (damaged / f"meta/scenes/{scene}/zarr.json").unlink()
    with pytest.raises(DatasetError, match=f"the scene meta/scenes/{scene} is missing or damaged"):
        run(damaged, tmp_path / "o")
    assert not list(tmp_path.glob("*o*"))
    with pytest.raises(KeyboardInterrupt), complete_folder(tmp_path / "p") as folder:
        (folder / "half").write_text("half")
        raise KeyboardInterrupt
    assert not list(tmp_path.glob("*p*.partial"))


def test_a_dataset_without_cameras_is_refused(small: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"small.zarr has no cameras, so there are no images to export"):
        run(small, tmp_path / "o")


def test_formats_are_found_by_their_files() -> None:
    assert {path.stem for path in Path(export.__file__).parent.glob("[!_]*.py")} == set(export.formats())
    assert "coco" in export.formats()


def test_every_annotation_file_is_plain_json(exported: Exported) -> None:
    for path in exported[0].glob("annotations/instances_*.json"):
        document = json.loads(path.read_text())
        assert all(isinstance(a["segmentation"]["counts"], str) for a in document["annotations"])
