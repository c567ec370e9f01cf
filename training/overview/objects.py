"""How large, how far and how hidden the labelled objects are, from a sample of the images."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from training.dataset import Dataset
from training.dataset.schema import POSES
from twin.errors import RenderError
from twin.labels import compute
from twin.rendering.last_used import LastUsed
from twin.taxonomy import CLASSES

Values = npt.NDArray[np.float64]

IMAGES = 150
"""Looked at, spread evenly over frames and cameras."""
DRAWN = 30
"""Of these the images whose objects are drawn alone, to know what is hidden: that takes a hundred times as long."""
BUILDING = [c.id for c in CLASSES if c.supercategory == "building"]
"""Classes left out: a floor is as large as the image, and as near as can be."""


@dataclass(frozen=True, slots=True)
class Objects:
    """One entry a visible object and image."""

    images: int
    sides: Values
    """Square root of the tight box's area, px."""
    distances: Values
    """Metres from the camera to the nearest point of the 3D box."""
    occlusions: Values
    """Hidden share of the silhouette; of the objects in fewer images."""


def labelled(dataset: Dataset) -> bool:
    """Whether there are images whose labels can be worked out."""
    names = {spec.name for spec in dataset.meta.arrays}
    return bool(dataset.frames and dataset.cameras) and POSES in names and bool(dataset.record(0).scene)


def sample(dataset: Dataset) -> Objects:
    """Look at some images of a dataset that is ``labelled``; the same ones every time."""
    chosen = _spread([(f, camera) for camera in dataset.cameras for f in _frames(dataset.frames)], IMAGES)
    boxes = [_seen(dataset, frame, camera) for frame, camera in chosen]
    sides, distances = (np.concatenate([found[i] for found in boxes]) for i in range(2))
    return Objects(len(chosen), sides, distances, _occlusions(dataset, _spread(chosen, DRAWN)))


def _frames(count: int) -> list[int]:
    return [int(frame) for frame in np.unique(np.linspace(0, count - 1, min(count, IMAGES)).round())]


def _spread(items: Sequence[tuple[int, str]], count: int) -> list[tuple[int, str]]:
    """So many of them at most, evenly, in the order of the frames: those of a scene together."""
    picked = np.unique(np.linspace(0, len(items) - 1, min(count, len(items))).round().astype(int))
    return sorted(items[i] for i in picked)


def _seen(dataset: Dataset, frame: int, camera: str) -> tuple[Values, Values]:
    found = dataset.labels(frame, camera, ("class_id", "bounding_box_2d_tight", "distance"))
    kept = ~np.isin(found["class_id"], BUILDING)
    box = found["bounding_box_2d_tight"][kept].astype(np.float64)
    return np.sqrt((box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])), found["distance"][kept].astype(np.float64)


def _occlusions(dataset: Dataset, images: Sequence[tuple[int, str]]) -> Values:
    """Empty where nothing can draw here."""
    found: list[Values] = [np.empty(0)]
    try:
        with LastUsed() as drawing:
            for frame, camera in images:
                given = dataset.label_input(frame, camera)
                labels = compute(replace(given, renderer=drawing.of(given.scene)), ("class_id", "occlusion"))
                found.append(labels["occlusion"][~np.isin(labels["class_id"], BUILDING)].astype(np.float64))
    except RenderError:
        return np.empty(0)
    return np.concatenate(found)
