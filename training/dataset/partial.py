"""Records of episodes of which a view shows some frames only."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np

from training.dataset.frame_index import Int64Array
from training.dataset.frames import Rows
from training.dataset.schema import INSTANCE, DatasetMeta, EpisodeRecord
from twin.scene import Scene

BLOCK = 64
"""Frames of which the ids are in memory at a time."""


def partial_digest(whole: str, steps: Int64Array, arrays: Iterable[str]) -> str:
    """SHA-256 of the whole episode's digest, of the names of the arrays and the numbers of the frames shown."""
    shown = "\n".join([whole, *arrays, ""]).encode()
    return hashlib.sha256(shown + np.ascontiguousarray(steps, "<i8").tobytes()).hexdigest()


class PartialRecords:
    """Makes each of them once."""

    def __init__(self, meta: DatasetMeta) -> None:
        self._images = [camera.array(INSTANCE) for camera in meta.cameras]
        self._made: dict[int, EpisodeRecord] = {}

    def get(self, rows: Rows, steps: Int64Array, scene: Callable[[], Scene]) -> EpisodeRecord:
        """What the record of the whole episode becomes when only ``rows`` of it, numbered ``steps``, are shown."""
        whole = rows.record
        if whole.episode not in self._made:
            boxes = self._boxes(rows, scene()) if self._images and whole.scene else {}
            digest = partial_digest(whole.digest, steps, rows.names)
            change = {"frames": rows.frames, "boxes": boxes, "digest": digest, "left_out": _left_out(whole, steps)}
            self._made[whole.episode] = whole.model_copy(update=change)
        return self._made[whole.episode]

    def _boxes(self, rows: Rows, scene: Scene) -> dict[str, int]:
        classes = {instance.id: instance.class_name for instance in scene.instances}
        boxes = Counter[str]()
        for start in range(0, rows.frames, BLOCK):
            block = rows.between(start, start + BLOCK)
            for name in self._images:
                for ids in block[name]:
                    boxes.update(classes[i] for i in np.flatnonzero(np.bincount(ids.ravel())).tolist() if i in classes)
        return dict(sorted(boxes.items()))


def _left_out(whole: EpisodeRecord, steps: Int64Array) -> str:
    """What ``EpisodeRecord.left_out`` is when only the frames numbered ``steps`` are shown."""
    if whole.left_out == "between" or (np.diff(steps) != 1).any():
        return "between"
    return "ends" if len(steps) < whole.frames else whole.left_out
