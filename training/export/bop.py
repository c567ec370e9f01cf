"""BOP: 6-DoF poses, masks and models for pose estimation. https://bop.felk.cvut.cz/datasets

A scene of BOP is one camera in one episode. Models are in their body's frame; an object that moves in itself, such as
a walking person, has the model of time 0. Lengths are millimetres, matrices are row by row.
"""

import json
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.dataset.schema import DEPTH, EXTRINSICS, INTRINSICS, RGB, CameraModel
from training.export import Done
from training.export._models import MILLIMETRES, Catalogue
from training.export._pictures import write_gray, write_rgb
from training.export._renderers import drawable_input
from training.export._selection import Image, Piece, Selection
from training.export._tables import image_row, write_images
from training.export._workers import over_pieces
from twin.geometry import FloatArray, inverse, matrix_from_quaternion
from twin.labels import LabelInput, compute

LOAD = """
```python
from pathlib import Path

from bop_toolkit_lib import inout

scene = min(Path().glob("*/*/scene_gt.json")).parent
truth = inout.load_scene_gt(scene / "scene_gt.json")
camera = inout.load_scene_camera(scene / "scene_camera.json")
model = inout.load_ply("models/obj_000001.ply")
```
"""
FOLDERS = {"train": "train_pbr"}
"""What BOP calls a split; others keep their names."""
LABELS = ("instance_id", "pose_camera", "visible_pixels")
FILES = ("scene_gt", "scene_gt_info", "scene_camera")
Numbers = dict[str, dict[int, int]]


def export(selection: Selection, folder: Path, done: Done) -> None:
    """``models/`` and, by split, a folder for each camera of each episode."""
    selection.check_cameras()
    selection.check_pinholes()
    catalogue = Catalogue(selection)
    _write_models(folder / "models", catalogue)
    rows: list[list[Any]] = []
    work = over_pieces(partial(_write_piece, folder, catalogue.number), selection, done)
    for _, pieces in groupby(work, key=lambda pair: pair[0].episode):
        found = [image for _, images in pieces for image in images]
        for scene in sorted({scene for scene, _, _ in found}):
            for number, name in enumerate(FILES):
                document = {k: v for where, _, texts in found if where == scene for k, v in texts[number].items()}
                (folder / scene / f"{name}.json").write_text(_lines(document), encoding="utf-8")
        rows += [row for _, row, _ in found]
    write_images(folder, rows)
    (folder / "camera.json").write_text(json.dumps(_camera(rows[0], selection.cameras[0]), indent=1), encoding="utf-8")


def _write_models(folder: Path, catalogue: Catalogue) -> None:
    folder.mkdir()
    info = {}
    for number, model in enumerate(catalogue.models, start=1):
        model.write(folder / f"obj_{number:06d}.ply")
        info[str(number)] = {**model.info(), "class_name": model.class_name}
    (folder / "models_info.json").write_text(_lines(info), encoding="utf-8")


def _lines(document: dict[str, Any]) -> str:
    """JSON with a line an image, as BOP's own files."""
    return "{\n" + ",\n".join(f'"{key}": {json.dumps(value)}' for key, value in document.items()) + "\n}\n"


def _camera(row: list[Any], model: CameraModel) -> dict[str, Any]:
    fx, fy, cx, cy = row[5:9]
    return {"cx": cx, "cy": cy, "depth_scale": 1.0, "fx": fx, "fy": fy, "height": model.height, "width": model.width}


Written = tuple[str, list[Any], tuple[dict[str, Any], ...]]
"""Its scene's folder, its row of ``images.csv``, and its entry in each of ``FILES``."""


def _write_piece(folder: Path, numbers: Numbers, selection: Selection, piece: Piece) -> list[Written]:
    return [_write_image(folder, numbers, selection, image) for image in selection.images_of(piece)]


def _write_image(folder: Path, numbers: Numbers, selection: Selection, image: Image) -> Written:
    split = FOLDERS.get(image.record.split, image.record.split)
    number = image.record.episode * len(selection.cameras) + selection.cameras.index(image.camera)
    scene, stem = f"{split}/{number:06d}", f"{image.step:06d}"
    picture = f"{scene}/rgb/{stem}.{selection.image_format}"
    write_rgb(folder / picture, image[RGB])
    write_gray(folder / f"{scene}/depth/{stem}.png", image[DEPTH])
    given = drawable_input(selection, image)
    truth, info = _objects(folder / scene, stem, numbers[image.record.scene], given, selection.min_pixels)
    key = str(image.step)
    camera = _calibration(image[INTRINSICS], image[EXTRINSICS]) | image.marks
    entries = ({key: truth}, {key: info}, {key: camera})
    return scene, image_row(image, picture), entries


def _calibration(k: FloatArray, camera_pose: FloatArray) -> dict[str, Any]:
    rotation, translation = _rigid(inverse(camera_pose))
    return {"cam_K": k.ravel().tolist(), "depth_scale": 1.0, "cam_R_w2c": rotation, "cam_t_w2c": translation}


def _rigid(pose: FloatArray) -> tuple[list[float], list[float]]:
    return matrix_from_quaternion(pose[3:]).ravel().tolist(), (pose[:3] * MILLIMETRES).tolist()


def _objects(
    folder: Path, stem: str, models: dict[int, int], given: LabelInput, min_pixels: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Entries of ``scene_gt`` and ``scene_gt_info``; their masks are written."""
    found = compute(given, LABELS)
    truth: list[dict[str, Any]] = []
    info: list[dict[str, Any]] = []
    for k, instance in enumerate(found["instance_id"].tolist()):
        if instance in models and found["visible_pixels"][k] >= min_pixels:
            name = f"{stem}_{len(truth):06d}.png"
            seen = given.frame.instance == instance
            whole = _alone(given, instance) | seen
            write_gray(folder / "mask" / name, _black_and_white(whole))
            write_gray(folder / "mask_visib" / name, _black_and_white(seen))
            rotation, translation = _rigid(found["pose_camera"][k])
            truth.append(
                {
                    "cam_R_m2c": rotation,
                    "cam_t_m2c": translation,
                    "obj_id": models[instance],
                    "instance_id": instance,
                }
            )
            info.append(_sight(given, k, whole, seen))
    return truth, info


def _alone(given: LabelInput, instance: int) -> npt.NDArray[np.bool_]:
    assert given.renderer is not None
    drawn: npt.NDArray[np.bool_] = given.renderer.render(given.poses, given.camera, only=instance).instance == instance
    return drawn


def _sight(given: LabelInput, k: int, whole: npt.NDArray[np.bool_], seen: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """How much of the k-th visible object is seen, by BOP's names."""
    shown = int(np.count_nonzero(seen))
    everything = max(int(given.alone.pixels[k]), shown)
    return {
        "bbox_obj": _box(given.alone.extents[k].tolist()),
        "bbox_visib": _box(given.visible.extents[k].tolist()),
        "px_count_all": everything,
        "px_count_valid": int(np.count_nonzero(whole & (given.frame.depth > 0))),
        "px_count_visib": shown,
        "visib_fract": shown / everything,
    }


def _box(extents: list[int]) -> list[int]:
    """x, y, width, height."""
    left, top, right, bottom = extents
    return [left, top, right - left, bottom - top]


def _black_and_white(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    return mask.astype(np.uint8) * np.uint8(255)
