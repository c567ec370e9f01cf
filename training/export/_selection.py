"""What of a dataset goes into an export: cameras, classes and splits, each all of them unless named."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from training.dataset import marks
from training.dataset.reader import Dataset, Rows
from training.dataset.schema import AnyArray, CameraModel, EpisodeRecord, TaxonomyEntry
from twin.errors import DatasetError, one_of

ImageFormat = Literal["png", "jpg"]

TRAIN = "train"
PIECE = 16
"""Frames that one process takes at a time."""


@dataclass(frozen=True)
class Image:
    """One frame of one camera, its arrays read when asked for."""

    values: Mapping[str, AnyArray]
    camera: CameraModel
    episode: int
    """Position of its episode in the dataset."""
    record: EpisodeRecord
    step: int
    """Frame in its episode."""
    number: int
    """Position among all images of the selection."""

    def __getitem__(self, name: str) -> AnyArray:
        """One of its camera's arrays, such as ``schema.RGB``."""
        return self.values[self.camera.array(name)]

    @property
    def marks(self) -> dict[str, bool]:
        """What has to be known about its pixels, see ``training.dataset.marks``."""
        return marks.of(self.values)

    @property
    def stem(self) -> str:
        """A file name without its ending; no two images share one."""
        return f"episode{self.record.episode:06d}_frame{self.step:05d}_{self.camera.key}"


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames start..stop of one episode of one split."""

    split: str
    episode: int
    """Position in the dataset."""
    start: int
    stop: int
    before: int
    """Frames of the selection that come before it."""


@dataclass(frozen=True)
class Selection:
    """Checked choices."""

    dataset: Dataset
    cameras: tuple[CameraModel, ...]
    classes: tuple[TaxonomyEntry, ...]
    splits: tuple[str, ...]
    image_format: ImageFormat = "png"
    workers: int = 1
    """Processes to use."""
    min_pixels: int = 1
    """Of an object that is annotated: how many are seen at least."""

    @classmethod
    def of(
        cls,
        dataset: Dataset,
        cameras: Sequence[str] = (),
        classes: Sequence[str] = (),
        splits: Sequence[str] = (),
        image_format: ImageFormat = "png",
        workers: int = 1,
        min_pixels: int = 1,
    ) -> "Selection":
        """Empty means all. Raises ``UnknownNameError`` for what the dataset lacks, ``DatasetError`` for no episodes."""
        taxonomy = {entry.name: entry for entry in dataset.meta.taxonomy}
        chosen = cls(
            dataset,
            tuple(dataset.cameras[n] for n in _chosen("camera", cameras, dataset.cameras, dataset.label)),
            tuple(taxonomy[n] for n in _chosen("class", classes, taxonomy, dataset.label)),
            tuple(_chosen("split", splits, dataset.meta.splits, dataset.label)),
            image_format,
            workers,
            min_pixels,
        )
        if not chosen.frames():
            where = f" in the split{'s' * (len(splits) > 1)} {', '.join(splits)}" if splits else ""
            raise DatasetError(f"{dataset.label} has no episodes{where}, so there is nothing to export")
        return chosen

    def with_workers(self, workers: int) -> "Selection":
        """The same with so many processes."""
        return replace(self, workers=workers)

    def episodes(self, split: str) -> Iterator[tuple[int, Rows]]:
        """Episodes of one split, each with its position in the dataset."""
        for k in range(self.dataset.episodes):
            if self.dataset.record(k).split == split:
                yield k, self.dataset.episode(k)

    def splits_there(self) -> list[str]:
        """Those of the splits chosen that have frames, in their order."""
        there = {record.split for record in self.dataset.records() if record.frames}
        return [split for split in self.splits if split in there]

    def pieces(self, frames: int = PIECE) -> Iterator[Piece]:
        """All episodes of all splits chosen, split by split, cut into runs of at most so many frames."""
        before = 0
        for split in self.splits:
            for k, rows in self.episodes(split):
                for start in range(0, rows.frames, frames):
                    piece = Piece(split, k, start, min(start + frames, rows.frames), before)
                    before += piece.stop - start
                    yield piece

    def images_of(self, piece: Piece) -> Iterator[Image]:
        """The images of one piece, frame by frame, in each frame camera by camera."""
        record = self.dataset.record(piece.episode)
        block = _Block(self.dataset.rows(piece.episode, piece.start, piece.stop))
        for step in range(piece.start, piece.stop):
            number = (piece.before + step - piece.start) * len(self.cameras)
            for c, camera in enumerate(self.cameras):
                yield Image(_Frame(block, step - piece.start), camera, piece.episode, record, step, number + c)

    def frames(self) -> int:
        """How many frames there are in all splits chosen."""
        return sum(r.frames for r in self.dataset.records() if r.split in self.splits)

    def count(self) -> int:
        """How many images there are in all splits chosen."""
        return self.frames() * len(self.cameras)

    def check_cameras(self) -> None:
        """Raise ``DatasetError`` where there are no images."""
        if not self.cameras:
            raise DatasetError(f"{self.dataset.label} has no cameras, so there are no images to export")

    def check_pinholes(self) -> None:
        """Raise ``DatasetError`` for a camera whose lens bends straight lines, where a format cannot say so."""
        for camera in self.cameras:
            if camera.model != "pinhole":
                raise DatasetError(
                    f"camera '{camera.name}' has a lens that distorts ({camera.model}), which this format cannot say; "
                    "leave it out with --cameras"
                )

    @cached_property
    def category(self) -> dict[str, int]:
        """Id of each chosen class, as in the taxonomy, by name."""
        return {entry.name: entry.id for entry in self.classes}


class _Block:
    """Frames that are worked on together: each array is read once at most, for all of them."""

    def __init__(self, rows: Rows) -> None:
        self.rows, self._read = rows, dict[str, AnyArray]()

    def array(self, name: str) -> AnyArray:
        if name not in self._read:
            self._read[name] = self.rows[name]
        return self._read[name]


class _Frame(Mapping[str, AnyArray]):
    """One frame of a block."""

    def __init__(self, block: _Block, position: int) -> None:
        self._block, self._position = block, position

    def __getitem__(self, name: str) -> AnyArray:
        return self._block.array(name)[self._position]

    def __contains__(self, name: object) -> bool:
        return name in self._block.rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._block.rows)

    def __len__(self) -> int:
        return len(self._block.rows)


def _chosen(kind: str, names: Sequence[str], allowed: Iterable[str], where: str) -> list[str]:
    allowed = list(allowed)
    for name in names:
        one_of(kind, name, allowed, where)
    return list(dict.fromkeys(names)) or allowed
