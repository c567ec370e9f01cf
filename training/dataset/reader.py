"""Reads a dataset: frames and episodes across its parts, in the order of the episodes' numbers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from training.dataset import cameras, files
from training.dataset.arrays import ArrayReader
from training.dataset.commits import CommitReader, Int64Array, RecordReader
from training.dataset.digest import dataset_digest
from training.dataset.scenes import SceneCache, SceneStore
from training.dataset.schema import POSES, AnyArray, CameraModel, DatasetMeta, EpisodeRecord
from training.dataset.storage import Location, Storage
from twin.errors import DatasetError, UnknownNameError
from twin.scene import Scene

if TYPE_CHECKING:
    from twin.labels import LabelInput


class Part:
    """The committed episodes of one writer."""

    def __init__(self, storage: Storage, prefix: str, meta: DatasetMeta) -> None:
        commits = CommitReader(storage, prefix)
        self.prefix = prefix
        self.count = commits.count()
        self.ends = commits.ends(self.count)
        self.numbers = commits.numbers(self.count)
        self.records = RecordReader(commits)
        self.arrays = {spec.name: ArrayReader(storage, prefix, spec) for spec in meta.arrays}
        self.scenes = SceneStore(storage, prefix)


@dataclass(frozen=True, eq=False)
class Rows(Mapping[str, AnyArray]):
    """Frames start..stop of one episode: array name -> (frames, ...), read when asked for."""

    part: Part
    record: EpisodeRecord
    start: int
    """In the part."""
    stop: int

    def __getitem__(self, name: str) -> AnyArray:
        if name not in self.part.arrays:
            raise UnknownNameError("array", name, self.part.arrays)
        return self.part.arrays[name].read(self.start, self.stop, self.record.widths.get(name, 0))

    def __iter__(self) -> Iterator[str]:
        return iter(self.part.arrays)

    def __len__(self) -> int:
        return len(self.part.arrays)

    @property
    def frames(self) -> int:
        """How many."""
        return self.stop - self.start


class Row(Mapping[str, AnyArray]):
    """One frame: array name -> value, read when asked for."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __getitem__(self, name: str) -> AnyArray:
        return self._rows[name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


class Dataset:
    """A recorded dataset. ``len`` counts frames; ``dataset[i]`` is one, its arrays read when asked for.

    What is committed when it is opened is what it shows. Raises ``DatasetError`` for anything that is not one of
    our datasets, is newer than this program, or is damaged.
    """

    def __init__(self, location: Location) -> None:
        self.storage = Storage(location, read_only=True)
        self.label = self.storage.label
        self.meta = files.read_meta(self.storage)
        self.parts = tuple(Part(self.storage, prefix, self.meta) for prefix in self._prefixes())
        self._order = self._episode_order()
        self._scenes = SceneCache()

    def _prefixes(self) -> list[str]:
        numbers = [int(name) for name in self.storage.children("parts") if name.isdecimal()]
        return [files.part_prefix(number) for number in sorted({0, *numbers})]

    def _episode_order(self) -> Int64Array:
        """For each episode its number, part, position in the part, first and last+1 frame; shape (episodes, 5)."""
        tables = [np.empty((0, 5), np.int64)]
        for p, part in enumerate(self.parts):
            starts = np.concatenate([[0], part.ends])[: part.count]
            positions = np.arange(part.count)
            tables.append(np.stack([part.numbers, np.full(part.count, p), positions, starts, part.ends], axis=1))
        table = np.concatenate(tables)
        table = table[np.argsort(table[:, 0], kind="stable")]
        twice = table[1:, 0][np.diff(table[:, 0]) == 0]
        if len(twice):
            raise DatasetError(f"{self.label}: episode {twice[0]} is there twice")
        return table

    @property
    def episodes(self) -> int:
        """How many episodes."""
        return len(self._order)

    @property
    def numbers(self) -> Int64Array:
        """Number of each episode, rising, shape (episodes,)."""
        return self._order[:, 0]

    @cached_property
    def ends(self) -> Int64Array:
        """Frame after the last one of each episode, shape (episodes,)."""
        return np.cumsum(self._order[:, 4] - self._order[:, 3])

    @property
    def frames(self) -> int:
        """How many frames, terminal ones included."""
        return int(self.ends[-1]) if self.episodes else 0

    @property
    def cameras(self) -> dict[str, CameraModel]:
        """Recorded cameras by name."""
        return {camera.name: camera for camera in self.meta.cameras}

    def __len__(self) -> int:
        return self.frames

    def __getitem__(self, frame: int) -> Row:
        k, t = self.locate(frame)
        return Row(self.rows(k, t, t + 1))

    def locate(self, frame: int) -> tuple[int, int]:
        """Position of the episode that holds a frame, and the frame's position in it."""
        if not -self.frames <= frame < self.frames:
            raise IndexError(f"frame {frame} of {self.frames}")
        frame %= self.frames
        k = int(np.searchsorted(self.ends, frame, side="right"))
        return k, frame - (int(self.ends[k - 1]) if k else 0)

    def record(self, k: int) -> EpisodeRecord:
        """The record of the k-th episode."""
        part, position = self._place(k)[:2]
        return part.records[position]

    def records(self) -> Iterator[EpisodeRecord]:
        """All of them in order."""
        return (self.record(k) for k in range(self.episodes))

    def episode(self, k: int) -> Rows:
        """All frames of the k-th episode, the terminal one last."""
        _, _, first, last = self._place(k)
        return self.rows(k, 0, last - first)

    def rows(self, k: int, start: int, stop: int) -> Rows:
        """Frames start..stop of the k-th episode."""
        part, position, first, last = self._place(k)
        if not 0 <= start <= stop <= last - first:
            raise IndexError(f"frames {start}..{stop} of an episode of {last - first}")
        return Rows(part, part.records[position], first + start, first + stop)

    def scene(self, k: int) -> Scene:
        """The scene of the k-th episode."""
        part, position = self._place(k)[:2]
        digest = part.records[position].scene
        if not digest:
            raise DatasetError(f"{self.label}: episode {self.numbers[k]} has no scene")
        return self._scenes.get(part.scenes, digest)

    def label_input(self, frame: int, camera: str) -> "LabelInput":
        """Everything the functions of ``twin.labels`` need for one image."""
        model = self._camera(camera)
        k, t = self.locate(frame)
        row = Row(self.rows(k, t, t + 1))
        return cameras.label_input(row, model, self.scene(k), row[POSES])

    def labels(self, frame: int, camera: str, names: Iterable[str] = ()) -> dict[str, AnyArray]:
        """The named labels of one image (see ``twin.labels``), all by default, worked out from ids, scene and poses."""
        from twin.labels import compute

        return compute(self.label_input(frame, camera), names)

    def digest(self) -> str:
        """SHA-256 of the committed content."""
        return dataset_digest({record.episode: record.digest for record in self.records()})

    def bytes_by_key(self) -> Iterator[tuple[str, int]]:
        """Every stored key with its size."""
        return self.storage.sizes()

    def _camera(self, name: str) -> CameraModel:
        if name not in self.cameras:
            raise UnknownNameError("camera", name, self.cameras, self.label)
        return self.cameras[name]

    def _place(self, k: int) -> tuple[Part, int, int, int]:
        """Part of an episode, its position there, its first and last+1 frame there."""
        if not -self.episodes <= k < self.episodes:
            raise IndexError(f"episode {k} of {self.episodes}")
        _, part, position, first, last = map(int, self._order[k])
        return self.parts[part], position, first, last
