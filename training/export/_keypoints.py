"""Keypoints as COCO has them: the same points, in the same order, for all objects of a class."""

from collections.abc import Mapping, Sequence
from typing import Any

from training.export._objects import Shown, label_input
from training.export._selection import Image, Selection
from twin.labels import compute

Names = Mapping[str, Sequence[str]]
"""Class -> its points."""


def keypoint_names(selection: Selection) -> dict[str, list[str]]:
    """Of each chosen class that has any, all that some object of it has, in the order of their first appearance."""
    found: dict[str, dict[str, None]] = {}
    scenes = set()
    for split in selection.splits:
        for k, rows in selection.episodes(split):
            if rows.record.scene not in scenes:
                scenes.add(rows.record.scene)
                for instance in selection.dataset.scene(k).instances:
                    if instance.keypoints and instance.class_name in selection.category:
                        found.setdefault(instance.class_name, {}).update(
                            dict.fromkeys(n for n, _ in instance.keypoints)
                        )
    return {name: list(points) for name, points in found.items()}


def keypoints(selection: Selection, image: Image, objects: Sequence[Shown], names: Names) -> dict[int, dict[str, Any]]:
    """By instance id ``keypoints`` (x, y, v of each point, pixels counted from 0) and ``num_keypoints``.

    v is 2 for a point that is seen, 1 for a hidden one, 0 for one outside the image or that the object lacks.
    """
    if not any(item.instance.class_name in names for item in objects):
        return {}
    found = compute(label_input(selection, image), ("instance_id", "keypoints"))
    row = {int(i): k for k, i in enumerate(found["instance_id"])}
    result = {}
    for item in objects:
        if item.instance.class_name in names:
            own = [name for name, _ in item.instance.keypoints]
            points = dict(zip(own, found["keypoints"][row[item.instance.id]].tolist(), strict=False))
            values = [_coco(points.get(name, (0.0, 0.0, 0.0))) for name in names[item.instance.class_name]]
            result[item.instance.id] = {
                "keypoints": [number for value in values for number in value],
                "num_keypoints": sum(value[2] > 0 for value in values),
            }
    return result


def _coco(point: Sequence[float]) -> tuple[float, float, int]:
    """COCO counts pixels by their centres."""
    u, v, seen = point
    return (round(u - 0.5, 3), round(v - 0.5, 3), int(seen)) if seen else (0.0, 0.0, 0)
