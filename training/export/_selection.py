"""What of a dataset goes into an export: cameras, classes and splits, each all of them unless named."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from training.dataset.reader import Dataset, Row, Rows
from training.dataset.schema import CameraModel, EpisodeRecord, TaxonomyEntry
from twin.errors import DatasetError, UnknownNameError

ImageFormat = Literal["png", "jpg"]


@dataclass(frozen=True, slots=True)
class Image:
    """One frame of one camera, its arrays read when asked for."""

    values: Row
    camera: CameraModel
    episode: int
    """Position of its episode in the dataset."""
    record: EpisodeRecord
    step: int
    """Frame in its episode."""

    @property
    def stem(self) -> str:
        """A file name without its ending; no two images share one."""
        return f"episode{self.record.episode:06d}_frame{self.step:05d}_{self.camera.key}"


@dataclass(frozen=True, slots=True)
class Selection:
    """Checked choices."""

    dataset: Dataset
    cameras: tuple[CameraModel, ...]
    classes: tuple[TaxonomyEntry, ...]
    splits: tuple[str, ...]
    image_format: ImageFormat = "png"

    @classmethod
    def of(
        cls,
        dataset: Dataset,
        cameras: Sequence[str] = (),
        classes: Sequence[str] = (),
        splits: Sequence[str] = (),
        image_format: ImageFormat = "png",
    ) -> "Selection":
        """Empty means all. Raises ``UnknownNameError`` for what the dataset lacks, ``DatasetError`` without cameras."""
        if not dataset.cameras:
            raise DatasetError(f"{dataset.label} has no cameras, so there are no images to export")
        taxonomy = {entry.name: entry for entry in dataset.meta.taxonomy}
        return cls(
            dataset,
            tuple(dataset.cameras[n] for n in _chosen("camera", cameras, dataset.cameras, dataset.label)),
            tuple(taxonomy[n] for n in _chosen("class", classes, taxonomy, dataset.label)),
            tuple(_chosen("split", splits, dataset.meta.splits, dataset.label)),
            image_format,
        )

    def episodes(self, split: str) -> Iterator[tuple[int, Rows]]:
        """Episodes of one split, each with its position in the dataset."""
        for k in range(self.dataset.episodes):
            if self.dataset.record(k).split == split:
                yield k, self.dataset.episode(k)

    def images(self, split: str) -> Iterator[Image]:
        """Images of one split, in order."""
        for k, rows in self.episodes(split):
            for step in range(rows.frames):
                values = Row(self.dataset.rows(k, step, step + 1))
                for camera in self.cameras:
                    yield Image(values, camera, k, rows.record, step)

    def count(self) -> int:
        """How many images there are in all splits chosen."""
        frames = sum(r.frames for r in self.dataset.records() if r.split in self.splits)
        return frames * len(self.cameras)


def _chosen(kind: str, names: Sequence[str], allowed: Iterable[str], where: str) -> list[str]:
    allowed = list(allowed)
    for name in names:
        if name not in allowed:
            raise UnknownNameError(kind, name, allowed, where)
    return list(dict.fromkeys(names)) or allowed
