"""COCO: boxes and RLE masks, one annotation file a split. https://cocodataset.org/#format-data"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Picture
from pycocotools import mask as rle

from training.dataset.schema import EXTRINSICS, INSTANCE, INTRINSICS, RGB, AnyArray
from training.export._selection import Image, Selection
from twin.errors import DatasetError
from twin.scene import Instance

LOAD = """
```python
from pycocotools.coco import COCO

coco = COCO("annotations/instances_train.json")
```
"""
JPEG_QUALITY = 95
LICENCE_ID = 1


def export(selection: Selection, folder: Path, done: Callable[[int], None]) -> None:
    """Write ``images/<split>/`` and ``annotations/instances_<split>.json`` for every split that has episodes."""
    selection.check_cameras()
    (folder / "annotations").mkdir()
    info = _info(selection)
    for split in selection.splits:
        images, annotations = _split(selection, folder, split, done)
        if images:
            document = {
                "info": info,
                "licenses": [{"id": LICENCE_ID, "name": selection.dataset.meta.licence, "url": ""}],
                "categories": [entry.model_dump() for entry in selection.classes],
                "images": images,
                "annotations": annotations,
            }
            path = folder / "annotations" / f"instances_{split}.json"
            path.write_text(json.dumps(document), encoding="utf-8")


def _split(
    selection: Selection, folder: Path, split: str, done: Callable[[int], None]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The images and annotations of one split, whose pictures are written."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, image in enumerate(selection.images(split), start=1):
        name = f"{split}/{image.stem}.{selection.image_format}"
        _write_picture(folder / "images" / name, image.values[image.camera.array(RGB)])
        images.append(_image(image, number, name))
        for annotation in _annotations(selection, image):
            annotations.append({"id": len(annotations) + 1, "image_id": number, **annotation})
        done(1)
    return images, annotations


def _write_picture(path: Path, rgb: AnyArray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {"compress_level": 1} if path.suffix == ".png" else {"quality": JPEG_QUALITY}
    Picture.fromarray(rgb).save(path, **options)


def _image(image: Image, number: int, name: str) -> dict[str, Any]:
    record, camera = image.record, image.camera
    return {
        "id": number,
        "file_name": name,
        "width": camera.width,
        "height": camera.height,
        "license": LICENCE_ID,
        "camera": camera.name,
        "K": image.values[camera.array(INTRINSICS)].tolist(),
        "pose_world_camera": image.values[camera.array(EXTRINSICS)].tolist(),
        "episode": record.episode,
        "frame": image.step,
        "layout": record.layout,
        "group": record.group,
        "split": record.split,
    }


def _annotations(selection: Selection, image: Image) -> Iterator[dict[str, Any]]:
    """One for every visible object of the chosen classes."""
    instances = {i.id: i for i in selection.dataset.scene(image.episode).instances}
    categories = {entry.name: entry.id for entry in selection.classes}
    ids = image.values[image.camera.array(INSTANCE)]
    for value in np.unique(ids[ids > 0]):
        instance = instances.get(int(value))
        if instance is None:
            raise DatasetError(
                f"{selection.dataset.label}: {image.stem} shows the instance id {value}, which its scene does not "
                "have; see `twin check`"
            )
        if instance.class_name in categories:
            yield _annotation(ids == value, instance, categories[instance.class_name])


def _annotation(mask: AnyArray, instance: Instance, category: int) -> dict[str, Any]:
    encoded = rle.encode(np.asfortranarray(mask, dtype=np.uint8))
    return {
        "category_id": category,
        "bbox": rle.toBbox(encoded).tolist(),
        "area": int(rle.area(encoded)),
        "segmentation": {"size": list(mask.shape), "counts": encoded["counts"].decode("ascii")},
        "iscrowd": 0,
        "instance_id": instance.id,
        "instance_name": instance.name,
    }


def _info(selection: Selection) -> dict[str, Any]:
    """Where the images come from."""
    meta = selection.dataset.meta
    return {
        "description": meta.description or f"{meta.name}: synthetic images of a simulated factory",
        "version": str(meta.format_version),
        "year": int(meta.created[:4]),
        "date_created": meta.created,
        "contributor": "",
        "url": "",
        "dataset": meta.name,
        "dataset_digest": selection.dataset.digest(),
        "parents": list(meta.parents),
        "environment": {"id": meta.env_id, "arguments": meta.env_arguments},
        "generator": meta.generator,
        "licence": meta.licence,
        "units": meta.units,
        "cameras": [camera.model_dump() for camera in selection.cameras],
    }
