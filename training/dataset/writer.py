"""Writes a dataset while the simulation goes on: rows pass through a bounded queue to one thread."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from queue import Queue
from typing import Self

import numpy.typing as npt

from training.dataset import files
from training.dataset.part_writer import PartWriter
from training.dataset.rows import checked
from training.dataset.schema import AnyArray, ArraySpec, DatasetMeta, EpisodeRecord
from training.dataset.storage import Location, Storage
from training.dataset.zarr_json import group
from twin.errors import DatasetError
from twin.scene import Scene

QUEUED_BYTES = 256 * 1024 * 1024
QUEUED_FRAMES = 128


class EpisodeWriter:
    """The episode inside ``DatasetWriter.episode``. ``outcome`` may be filled until the block ends."""

    def __init__(self, arrays: Sequence[ArraySpec], put: Callable[[dict[str, AnyArray]], None]) -> None:
        self._arrays, self._put = arrays, put
        self._widths: dict[str, int] = {}
        self.frames = 0
        self.outcome: dict[str, bool | int | float | str] = {}

    def append(self, row: Mapping[str, npt.ArrayLike]) -> None:
        """One frame: a value for every array of the schema, by name.

        The values are copied. Raises ``DatasetError`` when they do not fit, or an earlier frame could not be written.
        """
        self._put(checked(self._arrays, row, self._widths))
        self.frames += 1


class DatasetWriter:
    """Adds episodes to one part of a dataset; the only writer of that part.

    An episode is committed when its block ends and thrown away when the block raises. Commits happen in order on the
    writer's thread; ``flush`` waits for them, ``close`` does too. What goes wrong there (a full disk) is raised
    as ``DatasetError`` by the next call.

    >>> with DatasetWriter.create("D.zarr", meta) as writer:  # doctest: +SKIP
    ...     with writer.episode(EpisodeRecord(episode=0, seed=7), scene) as episode:
    ...         episode.append({"actions": [0.1, 0.0], "reward": 0.0, ...})
    """

    def __init__(self, storage: Storage, meta: DatasetMeta, part: int) -> None:
        """Use ``create`` or ``resume``."""
        self.meta, self.label = meta, storage.label
        self._closing = ExitStack()
        prefix = files.part_prefix(part)
        self._closing.enter_context(files.locked(storage, prefix))
        try:
            self._part = self._open_part(storage, prefix)
        except BaseException:
            self._closing.close()
            raise
        self.numbers = set(self._part.log.numbers)
        """Numbers of this part's episodes, those in the queue included."""
        self.committed = len(self.numbers)
        """Episodes that are committed now, those in the queue left out."""
        row_bytes = sum(spec.row_bytes for spec in meta.arrays)
        depth = max(4, min(QUEUED_FRAMES, QUEUED_BYTES // max(1, row_bytes)))
        self._queue: Queue[Callable[[], object] | None] = Queue(depth)
        self._failure: BaseException | None = None
        self._reported = False
        self._thread = threading.Thread(target=self._work, name="dataset-writer", daemon=True)
        self._thread.start()

    @classmethod
    def create(cls, location: Location, meta: DatasetMeta) -> Self:
        """A new dataset; refuses a place where anything is already."""
        storage = Storage(location, read_only=False)
        files.create(storage, meta)
        return cls(storage, meta, part=0)

    @classmethod
    def resume(cls, location: Location, meta: DatasetMeta | None = None, part: int = 0) -> Self:
        """Go on with a dataset. ``meta`` is what the new episodes need; it must agree with what is there."""
        storage = Storage(location, read_only=False)
        there = files.read_meta(storage)
        if meta is not None:
            files.check_same(storage, there, meta)
        return cls(storage, there, part)

    @contextmanager
    def episode(self, record: EpisodeRecord, scene: Scene | None = None) -> Iterator[EpisodeWriter]:
        """An episode to fill. One at a time, each number once."""
        if record.episode in self.numbers:
            raise DatasetError(f"{self.label} has an episode {record.episode} already")
        episode = EpisodeWriter(self.meta.arrays, lambda row: self._submit(lambda: self._part.append(row)))
        try:
            yield episode
        except BaseException:
            self._queue.put(self._part.discard)
            raise
        if not episode.frames:
            raise DatasetError(f"episode {record.episode} has no frames")
        self.numbers.add(record.episode)
        outcome = {**record.outcome, **episode.outcome}
        self._submit(lambda: self._commit(record.model_copy(update={"outcome": outcome}), scene))

    def flush(self) -> None:
        """Wait until everything so far is committed."""
        self._queue.join()
        self._raise_failure()

    def close(self) -> None:
        """Commit what is queued and end. Raises what went wrong, unless that was raised before."""
        if self._thread.is_alive():
            self._queue.put(self._part.close)
            self._queue.put(None)
            self._thread.join()
            self._closing.close()
        if not self._reported:
            self._raise_failure()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_part(self, storage: Storage, prefix: str) -> PartWriter:
        storage.remove_partial_files(prefix)
        if prefix:
            storage.put("parts/zarr.json", group())
            storage.put(f"{prefix}zarr.json", group())
        return PartWriter(storage, prefix, self.meta)

    def _submit(self, action: Callable[[], object]) -> None:
        self._raise_failure()
        self._queue.put(action)

    def _commit(self, record: EpisodeRecord, scene: Scene | None) -> None:
        self._part.commit(record, scene)
        self.committed += 1

    def _raise_failure(self) -> None:
        if self._failure is None:
            return
        self._reported = True
        text = f"{self._failure}; {self.committed} committed episodes in {self.label} stay readable"
        raise DatasetError(text) from self._failure

    def _work(self) -> None:
        """Runs on the writer's thread. After a failure the queue is emptied, so that nobody waits for ever."""
        while (action := self._queue.get()) is not None:
            try:
                if self._failure is None:
                    action()
            except BaseException as error:
                self._failure = error
            finally:
                self._queue.task_done()
        self._queue.task_done()
