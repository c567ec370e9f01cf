"""Reads a dataset: frames and episodes across its parts, in the order of the episodes' numbers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from training.dataset import batches, cameras, files
from training.dataset.digest import dataset_digest
from training.dataset.frame_index import FrameIndex, Int64Array
from training.dataset.frames import Row, Rows
from training.dataset.parallel import THREADS
from training.dataset.part import Part
from training.dataset.partial import PartialRecords
from training.dataset.scenes import SceneCache
from training.dataset.schema import EXTRINSICS, POSES, AnyArray, CameraModel, DatasetMeta, EpisodeRecord
from training.dataset.storage import Location, Storage
from twin.errors import DatasetError, InputError, entry, one_of
from twin.scene import Scene

if TYPE_CHECKING:
    from training.dataset.windows import Windows
    from twin.labels import LabelInput
    from twin.rendering.base import Renderer

__all__ = ["Dataset", "Part", "Row", "Rows"]


class Dataset:
    """A recorded dataset, or a view of one. ``len`` counts frames; ``dataset[i]`` is one, read when asked for.

    What is committed when it is opened is what it shows. Raises ``DatasetError`` for anything that is not one of
    our datasets, is newer than this program, or is damaged. It may be used in forked and in spawned processes.
    """

    def __init__(self, location: Location) -> None:
        self.location = location
        self.storage = Storage(location, read_only=True)
        self.label = self.storage.label
        self.meta = files.read_meta(self.storage)
        if self.meta.view:
            from training.dataset.views import opened

            self.parts, self.index = opened(self.storage, self.meta)
        else:
            self.parts = tuple(Part(self.storage, prefix, self.meta) for prefix in self._prefixes())
            self.index = FrameIndex.of(self.parts, self.label)
        self._prepare()

    def _prepare(self) -> None:
        self._scenes = SceneCache()
        self._partial = PartialRecords(self.meta)

    def _prefixes(self) -> list[str]:
        return [files.part_prefix(number) for number in sorted({0, *files.parts(self.storage)})]

    def __reduce__(self) -> tuple[Any, ...]:
        """Opened again in another process, where it shows the same frames."""
        return _again, (self.location, self.meta, self.index)

    def selected(self, index: FrameIndex, camera_names: Sequence[str] = ()) -> "Dataset":
        """The same dataset with some of its frames and cameras only; nothing is copied."""
        chosen = [self.camera(name) for name in camera_names] or list(self.meta.cameras)
        hidden = tuple(f"cameras/{camera.key}/" for camera in self.meta.cameras if camera not in chosen)
        arrays = tuple(spec for spec in self.meta.arrays if not spec.name.startswith(hidden))
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        other.meta = self.meta.model_copy(update={"arrays": arrays, "cameras": tuple(chosen)})
        other.index = index
        other._prepare()
        return other

    def filter(self, cameras: Sequence[str] = (), **terms: object) -> "Dataset":
        """The frames that meet all terms (see ``training.dataset.filters``) and these cameras, all by default.

        >>> near = dataset.filter(split="train", classes="pallet", distance=":5", outcome="spl>=0.8")  # doctest: +SKIP
        """
        from training.dataset.selecting import select

        return select(self, terms, cameras)

    # -- what there is ---------------------------------------------------------------------------------------------

    @property
    def episodes(self) -> int:
        """How many episodes."""
        return self.index.episodes

    @property
    def numbers(self) -> Int64Array:
        """Number of each episode, rising, shape (episodes,)."""
        return self.index.numbers

    @property
    def ends(self) -> Int64Array:
        """Frame after the last one of each episode, shape (episodes,)."""
        return self.index.ends

    @property
    def frames(self) -> int:
        """How many frames, terminal ones included."""
        return self.index.frames

    @property
    def cameras(self) -> dict[str, CameraModel]:
        """Recorded cameras by name."""
        return {camera.name: camera for camera in self.meta.cameras}

    @property
    def arrays(self) -> tuple[str, ...]:
        """Names of the arrays."""
        return tuple(spec.name for spec in self.meta.arrays)

    def camera(self, name: str) -> CameraModel:
        """A recorded camera; raises ``UnknownNameError``."""
        return entry("camera", name, self.cameras, self.label)

    def __len__(self) -> int:
        return self.frames

    # -- frames ----------------------------------------------------------------------------------------------------

    def __getitem__(self, frame: int) -> Row:
        k, t = self.locate(frame)
        return Row(self.rows(k, t, t + 1))

    def locate(self, frame: int) -> tuple[int, int]:
        """Position of the episode that holds a frame, and the frame's position in it."""
        number = self.index.checked(frame)
        k = int(self.index.episodes_of(number)[0])
        return k, int(number[0] - self.ends[k] + self.index.lengths[k])

    def batch(
        self, frames: npt.ArrayLike, arrays: str | Sequence[str] | None = None, threads: int = THREADS
    ) -> dict[str, AnyArray]:
        """Any frames, in the order given: array name -> (frames, ...); all arrays by default, and the one
        that is named where ``arrays`` is a name.

        Ragged arrays are padded with NaN to the widest of the frames' episodes. Chunks are decoded on ``threads``
        threads. Raises ``IndexError``, ``UnknownNameError``, and ``DatasetError`` for what is damaged.
        """
        asked = self.arrays if arrays is None else arrays
        names = (asked,) if isinstance(asked, str) else tuple(asked)
        for name in names:
            one_of("array", name, self.arrays, self.label)
        chosen = self.index.checked(frames)
        ragged = [spec.name for spec in self.meta.arrays if spec.ragged and spec.name in names]
        part, rows = self.index.rows(chosen)
        return batches.read(self.parts, part, rows, self._widths(chosen, ragged), names, threads)

    def _widths(self, frames: Int64Array, ragged: Sequence[str]) -> dict[str, int]:
        episodes = set(self.index.episodes_of(frames).tolist()) if ragged else ()
        records = [self._recorded(k) for k in episodes]
        return {name: max((record.widths.get(name, 0) for record in records), default=0) for name in ragged}

    def windows(self, delta_timestamps: Mapping[str, Sequence[float]], tolerance: float = 1e-4) -> "Windows":
        """Frames with their past and future: see ``training.dataset.windows``."""
        from training.dataset.windows import Windows

        return Windows(self, delta_timestamps, tolerance)

    # -- episodes --------------------------------------------------------------------------------------------------

    def record(self, k: int) -> EpisodeRecord:
        """The record of the k-th episode."""
        k = self._checked(k)
        record = self._recorded(k)
        if self.complete(k):
            return record
        return self._partial.get(self._part_rows(k, record), self.index.steps_of(k), lambda: self.scene(k))

    def complete(self, k: int) -> bool:
        """Whether everything that was recorded of the k-th episode is shown: every frame, every camera."""
        return self.index.whole(self._checked(k)) and len(self.meta.arrays) == len(self.parts[0].arrays)

    def records(self) -> Iterator[EpisodeRecord]:
        """All of them in order."""
        return (self.record(k) for k in range(self.episodes))

    def records_as_written(self) -> Iterator[EpisodeRecord]:
        """All of them; those of which some frames are shown too, as if all were."""
        return (self._recorded(k) for k in range(self.episodes))

    def episode(self, k: int) -> Rows:
        """All frames of the k-th episode, the terminal one last."""
        k = self._checked(k)
        return self._part_rows(k, self.record(k))

    def rows(self, k: int, start: int, stop: int) -> Rows:
        """Frames start..stop of the k-th episode."""
        k = self._checked(k)
        count = int(self.index.lengths[k])
        if not 0 <= start <= stop <= count:
            raise IndexError(f"frames {start}..{stop} of an episode of {count}")
        return self._part_rows(k, self._recorded(k)).between(start, stop)

    def scene(self, k: int) -> Scene:
        """The scene of the k-th episode."""
        k = self._checked(k)
        record = self._recorded(k)
        if not record.scene:
            raise DatasetError(f"{self.label}: episode {self.numbers[k]} has no scene")
        scene = self._scenes.get(self.parts[self.index.part[k]].scenes, record.scene)
        bodies = len(scene.bodies)
        if (posed := record.widths.get(POSES, bodies)) < bodies:
            what = f"its scene has {bodies} bodies, and {posed} have poses"
            raise DatasetError(f"{self.label}: episode {record.episode} is damaged: {what}")
        return scene

    # -- labels ----------------------------------------------------------------------------------------------------

    def label_input(self, frame: int, camera: str, renderer: "Renderer | None" = None) -> "LabelInput":
        """Everything the functions of ``twin.labels`` need for one image.

        The next frame is the next one of its episode that the dataset shows; the last one has none. ``renderer``
        draws the episode's scene (``rendering.create(dataset.scene(k))``); ``InputError`` where it draws another.
        """
        model = self.camera(camera)
        k, t = self.locate(frame)
        scene = self.scene(k)
        if renderer is not None and renderer.scene is not scene and renderer.scene != scene:
            raise InputError(
                f"the renderer draws another scene than that of frame {frame}: rendering.create(dataset.scene({k}))"
            )
        both = self.rows(k, t, min(t + 2, int(self.index.lengths[k])))
        poses, places = both[POSES], both[model.array(EXTRINSICS)]
        given = cameras.label_input(Row(both.between(0, 1)), model, scene, poses[0])
        following = {"next_poses": poses[1], "next_camera": places[1]} if both.frames > 1 else {}
        return replace(given, renderer=renderer, **following)

    def labels(
        self, frame: int, camera: str, names: Iterable[str] = (), renderer: "Renderer | None" = None
    ) -> dict[str, AnyArray]:
        """The named labels of one image (see ``twin.labels``), worked out from ids, scene and poses.

        By default all for which everything is there: ``occlusion``, ``visib_fract`` and the like need a ``renderer``
        of the episode's scene, ``optical_flow`` a next frame (see ``label_input``).
        """
        from twin.labels import compute

        return compute(self.label_input(frame, camera, renderer), names)

    def caption(self, frame: int, camera: str, renderer: "Renderer | None" = None) -> str:
        """A sentence on what one image shows, see ``twin.captions``; with a ``renderer`` also on what is hidden."""
        from twin.captions import caption

        return caption(self.label_input(frame, camera, renderer))

    # -- as a whole ------------------------------------------------------------------------------------------------

    def digest(self) -> str:
        """SHA-256 of the committed content."""
        return dataset_digest({record.episode: record.digest for record in self.records()})

    def bytes_by_key(self) -> Iterator[tuple[str, int]]:
        """Every stored key with its size."""
        return self.storage.sizes()

    def _recorded(self, k: int) -> EpisodeRecord:
        """The record of the episode as it was written, even where a view shows some of its frames only."""
        return self.parts[self.index.part[k]].records[int(self.index.position[k])]

    def _part_rows(self, k: int, record: EpisodeRecord) -> Rows:
        numbers = self.index.first[k] + self.index.steps_of(k)
        return Rows(self.parts[self.index.part[k]], record, numbers, self.arrays)

    def _checked(self, k: int) -> int:
        if not -self.episodes <= k < self.episodes:
            raise IndexError(f"episode {k} of {self.episodes}")
        return k % self.episodes


def _again(location: Location, meta: DatasetMeta, index: FrameIndex) -> Dataset:
    """The dataset that was sent to this process; what was committed since is not shown."""
    dataset = Dataset(location)
    dataset.meta, dataset.index = meta, index
    dataset._prepare()
    return dataset
