"""What a network says, drawn over the image it looked at, beside what is true."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training.perception.evaluate import Scores
from training.perception.frames import PerceptionFrames
from training.perception.model import Model
from training.report.figures import jpeg
from twin import taxonomy

Picture = npt.NDArray[np.uint8]

CANDIDATES = 8
"""Images looked at for each one shown."""
SURE = 0.3
"""Score from which a box is drawn."""
WIDTH = 320
"""Pixels that pictures have at least."""
_OPACITY = 0.55


@dataclass(frozen=True, slots=True)
class Shown:
    """Three pictures of one image, as data URIs."""

    title: str
    image: str
    truth: str
    said: str


def shown(model: Model, frames: PerceptionFrames, scores: Scores, count: int) -> tuple[list[Shown], list[Shown]]:
    """Images from the set's start to its end that show much, and those in which most was wrong."""
    parts = np.array_split(np.arange(len(frames)), min(count, len(frames)))
    rich = [_richest(frames, part) for part in parts]
    return _drawn(model, frames, rich), _drawn(model, frames, scores.worst[:count])


def color(name: str) -> tuple[int, int, int]:
    """What a class is drawn in: its colour in the taxonomy."""
    return taxonomy.CLASSES[taxonomy.class_id(name) - 1].color


def _richest(frames: PerceptionFrames, stretch: npt.NDArray[np.int64]) -> int:
    """The image of a stretch with most classes; of those with as many, the one with most objects."""
    chosen = np.unique(stretch[np.linspace(0, len(stretch) - 1, CANDIDATES).round().astype(int)])
    objects = [sample.objects for sample in frames.__getitems__(chosen.tolist())]
    much = [(len(np.unique(found.classes[~found.small])), len(found.boxes)) for found in objects]
    return int(chosen[max(range(len(chosen)), key=much.__getitem__)])


def _drawn(model: Model, frames: PerceptionFrames, indices: Sequence[int]) -> list[Shown]:
    if not indices:
        return []
    samples = frames.__getitems__(list(indices))
    said, found = model.look(np.stack([sample.image for sample in samples]))
    return [
        Shown(
            title=_title(frames, index),
            image=jpeg(_larger(sample.image)),
            truth=jpeg(_labelled(sample.image, sample.semantic, sample.objects, ~sample.objects.small, model.classes)),
            said=jpeg(_labelled(sample.image, mask, objects, objects.scores >= SURE, model.classes)),
        )
        for index, sample, mask, objects in zip(indices, samples, said, found, strict=True)
    ]


def _title(frames: PerceptionFrames, index: int) -> str:
    number, camera, frame = frames.where(index)
    dataset = frames.datasets[number]
    episode, step = dataset.locate(frame)
    return f"{dataset.meta.name}, episode {dataset.numbers[episode]}, frame {step}, {camera}"


def _labelled(
    image: Picture,
    semantic: npt.NDArray[np.uint8],
    objects: tuple[npt.NDArray[np.float32], npt.NDArray[np.int64], npt.NDArray[np.generic]],
    chosen: npt.NDArray[np.bool_],
    classes: Sequence[str],
) -> Picture:
    """The image in grey, classes in their colours over it, and boxes of the chosen objects."""
    colors = np.array([(0, 0, 0), *map(color, classes)], np.float64)
    grey = np.repeat(0.8 * image.mean(axis=2, keepdims=True), 3, axis=2)
    mixed = np.where(semantic[..., None] > 0, _OPACITY * colors[semantic] + (1 - _OPACITY) * grey, grey)
    picture = _larger(mixed.astype(np.uint8))
    scale = picture.shape[1] / image.shape[1]
    for box, kind in zip(objects[0][chosen], objects[1][chosen], strict=True):
        left, top, right, bottom = (int(v) for v in np.round(scale * box))
        cv2.rectangle(picture, (left, top), (right - 1, bottom - 1), colors[kind].tolist(), 2)
    return picture


def _larger(image: Picture) -> Picture:
    scale = max(1, -(-WIDTH // image.shape[1]))
    return np.ascontiguousarray(image.repeat(scale, axis=0).repeat(scale, axis=1))
