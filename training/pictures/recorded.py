"""The camera images of a dataset of ours."""

from collections.abc import Sequence

import numpy as np

from training.dataset.reader import Dataset
from training.dataset.schema import POSES, RGB, CameraModel
from training.pictures._kinds import Image, Objects, Pictures, shrunk
from twin.errors import DatasetError
from twin.taxonomy import CLASSES

LABELS = ("class_id", "bounding_box_2d_tight")
NAMES = {c.id: c.name for c in CLASSES if c.supercategory != "building"}


class Recorded(Pictures):
    """Frame by frame, in each frame camera by camera."""

    grouped_by = "episode"

    def __init__(self, dataset: Dataset, cameras: Sequence[str] = ()) -> None:
        self.dataset, self.label = dataset, dataset.label
        self._cameras = [dataset.camera(name) for name in cameras] or list(dataset.cameras.values())
        if not self._cameras:
            raise DatasetError(f"{dataset.label} has no cameras, so there are no images in it")
        if not dataset.frames:
            raise DatasetError(f"{dataset.label} has no frames, so there are no images in it")

    def __len__(self) -> int:
        return self.dataset.frames * len(self._cameras)

    def title(self, i: int) -> str:
        """Episode, frame and camera."""
        k, t = self.dataset.locate(i // len(self._cameras))
        return f"episode {self.dataset.numbers[k]}, frame {t}, {self._camera(i).name}"

    def group(self, i: int) -> str:
        """Its episode."""
        return str(self.dataset.locate(i // len(self._cameras))[0])

    def size(self, i: int) -> tuple[int, int]:
        """That of its camera."""
        camera = self._camera(i)
        return camera.width, camera.height

    def rgb(self, i: int, side: int | None = None) -> Image:
        """Read when asked for."""
        name = self._camera(i).array(RGB)
        return shrunk(self.dataset.batch([i // len(self._cameras)], name)[name][0], side)

    def objects(self, i: int) -> Objects | None:
        """From instance ids, scene and poses; None where these were not recorded."""
        frame, camera = i // len(self._cameras), self._camera(i)
        if POSES not in self.dataset.arrays or not self.dataset.record(self.dataset.locate(frame)[0]).scene:
            return None
        found = self.dataset.labels(frame, camera.name, LABELS)
        kept = np.isin(found["class_id"], list(NAMES))
        size = np.tile((camera.width, camera.height), 2)
        boxes = found["bounding_box_2d_tight"][kept].reshape(-1, 4) / size
        return Objects(tuple(NAMES[int(c)] for c in found["class_id"][kept]), boxes.astype(np.float64))

    def digest(self) -> str:
        """That of the dataset."""
        return self.dataset.digest()

    def _camera(self, i: int) -> CameraModel:
        return self._cameras[i % len(self._cameras)]
