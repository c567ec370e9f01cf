"""KITTI's 3D objects: images, upright 3D boxes, calibration. https://www.cvlibs.net/datasets/kitti/eval_object.php

A box of KITTI turns about one axis of the camera's rectified frame, so that frame has to be level, and ours need not
be. ``R0_rect`` is the rotation from the camera's own frame to the level one, ``P2`` is K times its inverse, and the
boxes are given in the level frame: P2 times a point is exact for a camera held in any way, and the images are not
touched. For a level camera R0_rect is 1 and P2 is K; programs that take fx or cx out of P2 alone need one.
``Tr_velo_to_cam`` takes points of the robot's frame, of the world where there is no robot; ``velodyne`` has the lidar's
returns where they were recorded. Boxes are exact for what stands upright; what does not gets the smallest upright
box around it that keeps its heading.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from training.dataset.schema import EXTRINSICS, INTRINSICS, POSES, RGB
from training.export import Done, _lidar, _velodyne
from training.export._level import UprightBox, level_rotation, upright_box
from training.export._pictures import write_rgb
from training.export._renderers import drawable_input
from training.export._selection import Image, Piece, Selection
from training.export._tables import image_row, write_images
from training.export._workers import over_pieces
from twin.geometry import FloatArray, compose, inverse, matrix_from_quaternion, wrap_angle
from twin.labels import compute

LOAD = """
```python
import datumaro

dataset = datumaro.Dataset.import_from("training", "kitti3d")
```

`ImageSets/{split}.txt` says which images belong to that split. Where there is a lidar,
`np.fromfile("training/velodyne/000000.bin", "<f4").reshape(-1, 4)` are its points.
"""
LABELS = (
    "instance_id",
    "class_id",
    "bounding_box_3d",
    "bounding_box_2d_loose",
    "truncation",
    "occlusion",
    "visible_pixels",
)
PARTLY, LARGELY = 0.05, 0.5
"""Hidden share of an object from which on its level of occlusion is 1, and 2."""


def export(selection: Selection, folder: Path, done: Done) -> None:
    """``training/image_2``, ``label_2``, ``calib`` and, of a lidar, ``velodyne``; ``ImageSets/<split>.txt``."""
    selection.check_cameras()
    selection.check_pinholes()
    clouds = (_velodyne.CLOUDS, _velodyne.LABELS) if _lidar.recorded(selection.dataset.arrays) else ()
    for name in ("image_2", "label_2", "calib", *clouds):
        (folder / "training" / name).mkdir(parents=True)
    rows = []
    work = over_pieces(partial(_write_piece, folder / "training"), selection, done)
    for split, pieces in groupby(work, key=lambda pair: pair[0].split):
        numbered = [row for _, found in pieces for row in found]
        _write_split(folder / "ImageSets" / f"{split}.txt", (Path(row[0]).stem for row in numbered))
        rows += numbered
    write_images(folder, rows)


def _write_split(path: Path, stems: Iterable[str]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{stem}\n" for stem in stems), encoding="utf-8")


def _write_piece(folder: Path, selection: Selection, piece: Piece) -> list[list[Any]]:
    return [_write_image(folder, selection, image) for image in selection.images_of(piece)]


def _write_image(folder: Path, selection: Selection, image: Image) -> list[Any]:
    stem, rotation = f"{image.number:06d}", level_rotation(image[EXTRINSICS])
    picture = f"image_2/{stem}.{selection.image_format}"
    write_rgb(folder / picture, image[RGB])
    lines = "".join(f"{line}\n" for line in _objects(selection, image, rotation))
    (folder / f"label_2/{stem}.txt").write_text(lines, encoding="utf-8")
    robot = _velodyne.frame_of(selection.dataset.scene(image.episode), image.values[POSES])
    if _lidar.recorded(image.values):
        _velodyne.write(folder, stem, image, robot)
    calibration = _calibration(image[INTRINSICS], image[EXTRINSICS], robot, rotation)
    (folder / f"calib/{stem}.txt").write_text(calibration, encoding="utf-8")
    return image_row(image, f"training/{picture}")


def _calibration(k: FloatArray, camera_pose: FloatArray, robot_pose: FloatArray, rotation: FloatArray) -> str:
    projection = np.hstack([k @ rotation.T, np.zeros((3, 1))])
    pose = compose(inverse(camera_pose), robot_pose)
    from_robot = np.hstack([matrix_from_quaternion(pose[3:]), pose[:3, None]])
    matrices = {
        **dict.fromkeys(("P0", "P1", "P2", "P3"), projection),
        "R0_rect": rotation,
        "Tr_velo_to_cam": from_robot,
        "Tr_imu_to_velo": np.eye(3, 4),
    }
    return "".join(f"{name}: {' '.join(f'{v:.12e}' for v in m.ravel())}\n" for name, m in matrices.items())


def _objects(selection: Selection, image: Image, rotation: FloatArray) -> Iterator[str]:
    """A line for each object that is seen."""
    found = compute(drawable_input(selection, image), LABELS)
    names = {entry.id: entry.name for entry in selection.classes}
    limits = np.array([image.camera.width - 1, image.camera.height - 1] * 2)
    for k, class_id in enumerate(found["class_id"].tolist()):
        if class_id in names and found["visible_pixels"][k] >= selection.min_pixels:
            box = upright_box(found["bounding_box_3d"][k], image[EXTRINSICS], rotation)
            # KITTI counts pixels by their centres, from 0.
            around = np.clip(found["bounding_box_2d_loose"][k].astype(np.float64) - 0.5, 0, limits)
            hidden = float(found["occlusion"][k])
            level = int(hidden >= PARTLY) + int(hidden >= LARGELY)
            yield _line(names[class_id], float(found["truncation"][k]), level, around, box)


def _line(name: str, truncated: float, occluded: int, around: FloatArray, box: UprightBox) -> str:
    x, y, z = box.bottom.tolist()
    alpha = float(wrap_angle(box.yaw - np.arctan2(x, z)))
    numbers = (alpha, *around.tolist(), box.height, box.width, box.length, x, y, z, box.yaw)
    return f"{name} {truncated:.2f} {occluded} " + " ".join(f"{number:.6f}" for number in numbers)
