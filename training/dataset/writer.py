"""Writes a dataset while the simulation goes on: rows pass through a bounded queue to one thread."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Self, TypeAlias

import numpy.typing as npt
from pydantic import JsonValue, ValidationError

from training.dataset import files
from training.dataset.helpers import Helpers
from training.dataset.part_writer import PartWriter
from training.dataset.rows import Batch
from training.dataset.schema import DatasetMeta, EpisodeRecord
from training.dataset.storage import Location, Storage
from training.dataset.zarr_json import group
from twin.errors import DatasetError
from twin.scene import Scene

Action: TypeAlias = Callable[[PartWriter], object]

QUEUED_BYTES = 256 * 1024 * 1024
QUEUED_BATCHES = 4
THREADS = max(0, min(2, (os.cpu_count() or 1) - 2))
"""Besides the one that simulates and the one that writes: on two cores a third would take the simulation's."""


class EpisodeWriter:
    """One episode of a ``DatasetWriter``, until ``commit`` or ``discard``.

    ``outcome`` and ``draws`` may be filled till then.
    """

    def __init__(self, writer: "DatasetWriter", record: EpisodeRecord, scene: Scene | None) -> None:
        self._writer, self._record, self._scene = writer, record, scene
        self._widths: dict[str, int] = {}
        self._batch = writer.batch()
        self.frames = 0
        self.outcome: dict[str, bool | int | float | str] = {}
        self.draws: dict[str, JsonValue] = {}

    def append(self, row: Mapping[str, npt.ArrayLike]) -> None:
        """One frame: a value for every array of the schema, by name.

        The values are copied. Raises ``DatasetError`` when they do not fit, or an earlier frame could not be written.
        """
        self._writer.raise_failure()
        self._batch.append(row, self._widths)
        self.frames += 1
        if self._batch.full:
            self._send()

    def commit(self) -> None:
        """Make the episode exist, once everything before it is written."""
        if not self.frames:
            raise DatasetError(f"episode {self._record.episode} has no frames")
        record = self._finished_record()
        self._send()
        self._writer.submit(lambda part: part.end(record, self._scene))

    def discard(self) -> None:
        """Forget the episode."""
        self._writer.forget(self._record.episode)

    def _send(self) -> None:
        if len(self._batch):
            self._writer.submit_batch(self._batch)
            self._batch = self._writer.batch()

    def _finished_record(self) -> EpisodeRecord:
        fields = self._record.model_dump()
        fields |= {"outcome": {**fields["outcome"], **self.outcome}, "draws": {**fields["draws"], **self.draws}}
        try:
            return EpisodeRecord.model_validate(fields)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise DatasetError(f"episode {self._record.episode}: {where}: {first['msg']}") from error


class DatasetWriter:
    """Adds episodes to one part of a dataset; the only writer of that part.

    An episode is committed when its block ends and thrown away when the block raises. Commits happen in order on the
    writer's thread, some episodes at once when it lags behind; ``flush`` waits for them, ``close`` does too. What goes
    wrong there (a full disk) is raised as ``DatasetError`` by the next call.

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
        self._helpers = Helpers(THREADS)
        self._closing.callback(self._helpers.close)
        try:
            self._part = self._open_part(storage, prefix)
        except BaseException:
            self._closing.close()
            raise
        self.numbers = files.numbers(storage) | set(self._part.log.numbers)
        """Numbers of the episodes there are, those in the queue included; of other parts, those when this one began."""
        batch_bytes = Batch(meta.arrays).capacity * sum(spec.row_bytes for spec in meta.arrays)
        self._depth = max(2, min(QUEUED_BATCHES, QUEUED_BYTES // max(1, batch_bytes)))
        self._queue: deque[Action | None] = deque()
        """The first one is being done; None is the end."""
        self._spare: deque[Batch] = deque(maxlen=self._depth)
        self._failure: BaseException | None = None
        self._reported = False
        self._thread = threading.Thread(target=self._work, name="dataset-writer", daemon=True)
        self._thread.start()

    @classmethod
    def create(cls, location: Location, meta: DatasetMeta) -> Self:
        """A new dataset and its part 0; ``DatasetError`` where something is already."""
        storage = Storage(location, read_only=False)
        files.create(storage, meta)
        return cls(storage, meta, 0)

    @classmethod
    def resume(cls, location: Location, meta: DatasetMeta | None = None, part: int = 0) -> Self:
        """Go on with a dataset. ``meta`` is what the new episodes need; it must agree with what is there.

        In a folder goes on with that ``part``, alone. On any other store begins a part that nobody has, from ``part``
        upwards: there a lock would outlive a writer that was killed.
        """
        storage = Storage(location, read_only=False)
        there = files.read_meta(storage)
        if there.view:
            raise DatasetError(f"{storage.label} is a view of {there.view}: episodes are added to what was recorded")
        if meta is not None:
            files.check_same(storage, there, meta)
        return cls(storage, there, part if storage.path is not None else files.claim_part(storage, part))

    def begin(self, record: EpisodeRecord, scene: Scene | None = None) -> EpisodeWriter:
        """An episode to fill and to commit or discard; one at a time, each number once."""
        if record.episode in self.numbers:
            raise DatasetError(f"{self.label} has an episode {record.episode} already")
        self.numbers.add(record.episode)
        return EpisodeWriter(self, record, scene)

    @contextmanager
    def episode(self, record: EpisodeRecord, scene: Scene | None = None) -> Iterator[EpisodeWriter]:
        """The same as a block: committed when it ends, discarded when it raises."""
        episode = self.begin(record, scene)
        try:
            yield episode
            episode.commit()
        except BaseException:
            episode.discard()
            raise

    def submit(self, action: Action) -> None:
        """Queue something for the writer's thread; waits while the queue is full. For ``EpisodeWriter``."""
        self.raise_failure()
        self._put(action)

    def batch(self) -> Batch:
        """An empty one. For ``EpisodeWriter``."""
        try:
            return self._spare.pop()
        except IndexError:
            return Batch(self.meta.arrays)

    def submit_batch(self, batch: Batch) -> None:
        """Queue frames; their memory is used again. For ``EpisodeWriter``."""

        def write(part: PartWriter) -> None:
            part.extend(batch)
            batch.clear()
            self._spare.append(batch)

        self.submit(write)

    def forget(self, number: int) -> None:
        """Throw away the episode that is not committed. For ``EpisodeWriter``."""
        self.numbers.discard(number)
        self._put(PartWriter.discard)

    @property
    def committed(self) -> int:
        """How many episodes of this part are committed; those in the queue are not."""
        return self._part.log.count

    def flush(self) -> None:
        """Wait until everything so far is committed."""
        self._helpers.until(lambda: not self._queue)
        self.raise_failure()

    def close(self) -> None:
        """Commit what is queued and end. Raises what went wrong, unless that was raised before."""
        if self._thread.is_alive():
            self._put(PartWriter.close)
            self._put(None)
            self._helpers.until(lambda: not self._queue)
            self._thread.join()
            self._closing.close()
        if not self._reported:
            self.raise_failure()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_part(self, storage: Storage, prefix: str) -> PartWriter:
        storage.remove_partial_files(prefix)
        if prefix:
            storage.put("parts/zarr.json", group())
            if storage.path is not None:
                storage.put(f"{prefix}zarr.json", group())
            files.register_part(storage, int(prefix.split("/")[1]))
        return PartWriter(storage, prefix, self.meta, self._helpers)

    def raise_failure(self) -> None:
        """Raise what went wrong on the writer's thread. For ``EpisodeWriter``."""
        if self._failure is None:
            return
        self._reported = True
        count = f"{self.committed} committed episode{'' if self.committed == 1 else 's'}"
        left = f"{count} in {self.label} can still be read" if self.committed else "no episode was committed"
        text = f"{self._failure}; {left}"
        raise DatasetError(text) from self._failure

    def _put(self, action: Action | None) -> None:
        self._helpers.until(lambda: len(self._queue) <= self._depth)
        with self._helpers.changed:
            self._queue.append(action)
            self._helpers.changed.notify_all()

    def _work(self) -> None:
        """Runs on the writer's thread. After a failure the queue is emptied, so that nobody waits for ever."""
        while (action := self._next()) is not None:
            try:
                if self._failure is None:
                    action(self._part)
                    self._part.commit_in_time(idle=len(self._queue) == 1)
            except BaseException as error:
                self._failure = error
            self._done()
        self._done()

    def _next(self) -> Action | None:
        with self._helpers.changed:
            self._helpers.changed.wait_for(lambda: self._queue)
            return self._queue[0]

    def _done(self) -> None:
        with self._helpers.changed:
            self._queue.popleft()
            self._helpers.changed.notify_all()


@contextmanager
def part_writers(
    location: Location, meta: DatasetMeta, count: int, *, resume: bool = False
) -> Iterator[list[DatasetWriter]]:
    """``count`` writers with a part each, for so many things recorded at the same time. Closes them at the end."""
    with ExitStack() as stack:
        first = DatasetWriter.resume(location, meta) if resume else DatasetWriter.create(location, meta)
        writers = [stack.enter_context(first)]
        writers += [stack.enter_context(DatasetWriter.resume(location, meta, part)) for part in range(1, count)]
        yield writers
