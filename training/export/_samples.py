"""An image with all its labels as plain values and in words, for formats that keep them beside it."""

from typing import Any

from training.dataset.schema import EXTRINSICS, INTRINSICS
from training.export._objects import label_input, shown
from training.export._selection import Image, Selection
from twin.captions import caption
from twin.labels import LabelInput, compute

LABELS = ("instance_id", "bounding_box_3d", "pose_camera", "truncation")


def described(selection: Selection, image: Image) -> dict[str, Any]:
    """Where the image comes from, its calibration, and the objects it shows, by ascending id. JSON types only."""
    record, camera, given = image.record, image.camera, label_input(selection, image)
    return {
        "split": record.split,
        "episode": record.episode,
        "frame": image.step,
        "layout": record.layout,
        "group": record.group,
        "camera": camera.name,
        "K": image[INTRINSICS].ravel().tolist(),
        "pose_world_camera": image[EXTRINSICS].tolist(),
        **image.marks,
        "caption": caption(given),
        "instruction": record.instruction,
        "objects": _objects(selection, image, given),
    }


def _objects(selection: Selection, image: Image, given: LabelInput) -> list[dict[str, Any]]:
    found = compute(given, LABELS)
    row = {int(i): k for k, i in enumerate(found["instance_id"])}
    return [
        {
            "id": item.instance.id,
            "name": item.instance.name,
            "class": item.instance.class_name,
            "class_id": item.category,
            "bbox": item.mask.box,
            "area": item.mask.area,
            "box_3d": found["bounding_box_3d"][row[item.instance.id]].tolist(),
            "pose_camera": found["pose_camera"][row[item.instance.id]].tolist(),
            "truncation": float(found["truncation"][row[item.instance.id]]),
        }
        for item in shown(selection, image)
    ]
