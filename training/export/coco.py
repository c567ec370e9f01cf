"""COCO: boxes, RLE masks, keypoints and panoptic segments, by split. https://cocodataset.org/#format-data"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from training.dataset.schema import EXTRINSICS, INSTANCE, INTRINSICS, RGB
from training.export import Done
from training.export._about import about
from training.export._json_lists import JsonLists, json_lists
from training.export._keypoints import Names, keypoint_names, keypoints
from training.export._licences import licence_url
from training.export._objects import Shown, shown
from training.export._panoptic import STUFF, panoptic
from training.export._pictures import write_ids, write_rgb
from training.export._selection import Image, Piece, Selection
from training.export._tables import image_row, write_images
from training.export._workers import over_pieces

LOAD = """
```python
from pycocotools.coco import COCO

coco = COCO("annotations/instances_{split}.json")
```
"""
LICENCE_ID = 1
LISTS = ("images", "annotations")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the documents say of one image whose files are written. Texts are JSON objects."""

    row: list[Any]
    image: str
    annotations: list[str]
    panoptic: str


def export(selection: Selection, folder: Path, done: Done) -> None:
    """``images/``, ``annotations/instances_*.json``, ``annotations/panoptic_*.json`` and its PNG files, by split."""
    selection.check_cameras()
    (folder / "annotations").mkdir()
    names = keypoint_names(selection)
    head = _head(selection, names)
    rows = []
    work = over_pieces(partial(_write_piece, folder, names), selection, done)
    for split, pieces in groupby(work, key=lambda pair: pair[0].split):
        with json_lists(*LISTS, folder=folder) as lists, json_lists(*LISTS, folder=folder) as segments:
            for _, entries in pieces:
                for entry in entries:
                    rows.append(entry.row)
                    _add(entry, lists, segments)
            lists.write(folder / f"annotations/instances_{split}.json", head)
            segments.write(folder / f"annotations/panoptic_{split}.json", head)
    write_images(folder, rows)


def _add(entry: Entry, lists: JsonLists, segments: JsonLists) -> None:
    image = lists.length["images"] + 1
    for document in (lists, segments):
        document.add("images", json.dumps({"id": image}), entry.image)
    for annotation in entry.annotations:
        # pycocotools takes an annotation with the id 0 for none.
        ids = {"id": lists.length["annotations"] + 1, "image_id": image}
        lists.add("annotations", json.dumps(ids), annotation)
    segments.add("annotations", json.dumps({"image_id": image}), entry.panoptic)


def _write_piece(folder: Path, names: Names, selection: Selection, piece: Piece) -> list[Entry]:
    return [_write_image(folder, names, selection, image) for image in selection.images_of(piece)]


def _write_image(folder: Path, names: Names, selection: Selection, image: Image) -> Entry:
    name = f"{image.record.split}/{image.stem}.{selection.image_format}"
    write_rgb(folder / "images" / name, image[RGB])
    objects = shown(selection, image)
    points = keypoints(selection, image, objects, names)
    segments, ids = panoptic(image[INSTANCE], objects)
    write_ids(folder / f"annotations/panoptic_{image.record.split}/{image.stem}.png", ids)
    return Entry(
        image_row(image, f"images/{name}"),
        json.dumps(_image(image, name)),
        [json.dumps(_annotation(item) | points.get(item.instance.id, {})) for item in objects],
        json.dumps({"file_name": f"{image.stem}.png", "segments_info": segments}),
    )


def _image(image: Image, name: str) -> dict[str, Any]:
    record, camera = image.record, image.camera
    return {
        "file_name": name,
        "width": camera.width,
        "height": camera.height,
        "license": LICENCE_ID,
        "camera": camera.name,
        "K": image[INTRINSICS].tolist(),
        "pose_world_camera": image[EXTRINSICS].tolist(),
        "episode": record.episode,
        "frame": image.step,
        "layout": record.layout,
        "group": record.group,
        "split": record.split,
        **image.marks,
    }


def _annotation(item: Shown) -> dict[str, Any]:
    return {
        "category_id": item.category,
        "bbox": item.mask.box,
        "area": item.mask.area,
        "segmentation": item.mask.rle,
        "iscrowd": 0,
        "instance_id": item.instance.id,
        "instance_name": item.instance.name,
    }


def _head(selection: Selection, names: Names) -> dict[str, Any]:
    """What the documents of all splits begin with."""
    facts = about(selection)
    info = {
        "description": facts["description"],
        "version": str(selection.dataset.meta.format_version),
        "year": int(facts["created"][:4]),
        "date_created": facts["created"],
        "contributor": "",
        "url": "",
        **{
            key: facts[key]
            for key in ("name", "licence", "lineage", "environment", "generator", "units", "cameras", "marked_frames")
        },
    }
    categories = [
        {**entry.model_dump(), "isthing": int(entry.name not in STUFF), **_points(names.get(entry.name))}
        for entry in selection.classes
    ]
    licences = [{"id": LICENCE_ID, "name": facts["licence"], "url": licence_url(facts["licence"])}]
    return {"info": info, "licenses": licences, "categories": categories}


def _points(names: Sequence[str] | None) -> dict[str, Any]:
    """What a category says of its keypoints; no lines are drawn between them."""
    return {"keypoints": list(names), "skeleton": []} if names else {}
