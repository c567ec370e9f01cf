"""How well a network sees: the standard scores over a set of images."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.perception.centers import Detections
from training.perception.classes import BACKGROUND
from training.perception.frames import PerceptionFrames
from training.perception.model import Model, batched
from training.perception.objects import Objects
from training.perception.scores import Counts, Precision, confusion, intersection_over_union, precision

BATCH = 32
WORST = 6
"""Images that are remembered."""


@dataclass(frozen=True, eq=False)
class Scores:
    """Over all images of a set together."""

    classes: tuple[str, ...]
    images: int
    pixels: Counts
    """By true class (rows) and said class (columns), background first."""
    boxes: Precision
    worst: tuple[int, ...]
    """Images with most pixels of learned classes said wrongly, the worst first."""

    @property
    def iou(self) -> list[float | None]:
        """Of each class, background first."""
        return intersection_over_union(self.pixels)

    @property
    def miou(self) -> float:
        """Mean over the classes that are there or said, background left out: it is most of every image."""
        known = [value for value in self.iou[1:] if value is not None]
        return float(np.mean(known)) if known else 0.0

    @property
    def accuracy(self) -> float:
        """Share of pixels whose class was said, background included."""
        return float(np.trace(self.pixels) / max(1, self.pixels.sum()))

    def as_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "images": self.images,
            "miou": self.miou,
            "pixel_accuracy": self.accuracy,
            "map": self.boxes.ap,
            "map50": self.boxes.ap50,
            "iou": dict(zip((BACKGROUND, *self.classes), self.iou, strict=True)),
            "ap": dict(zip(self.classes, self.boxes.classes, strict=True)),
            "ap50": dict(zip(self.classes, self.boxes.classes50, strict=True)),
            "confusion": self.pixels.tolist(),
        }


def evaluate(model: Model, frames: PerceptionFrames, done: Callable[[int], None] = lambda _: None) -> Scores:
    """Look at every image of ``frames``, which have the network's size and classes; ``done(images)`` as it goes."""
    count = 1 + len(model.classes)
    pixels = np.zeros((count, count), np.int64)
    truth: list[Objects] = []
    found: list[Detections] = []
    wrong: list[int] = []
    for indices in batched(len(frames), BATCH):
        samples = frames.__getitems__(indices)
        said, objects = model.look(np.stack([sample.image for sample in samples]))
        there = np.stack([sample.semantic for sample in samples])
        pixels += confusion(there, said, count)
        wrong += (there != said).sum(axis=(1, 2)).tolist()
        truth += [sample.objects for sample in samples]
        found += objects
        done(len(indices))
    worst = tuple(np.argsort(np.negative(wrong), kind="stable")[:WORST].tolist())
    return Scores(model.classes, len(frames), pixels, precision(truth, found, model.classes, model.size), worst)
