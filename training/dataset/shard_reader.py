"""Reads rows of one column: of each shard its index once, then only the chunks that are asked for."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from training.dataset import codec, local_files
from training.dataset.column import Column
from training.dataset.schema import AnyArray
from training.dataset.storage import Storage
from twin.errors import DatasetError

CACHED_INDEXES = 4096
CHUNKS_AT_ONCE = 8
"""Neighbours that are fetched with one call."""

Rows: TypeAlias = npt.NDArray[np.int64]
Job: TypeAlias = Callable[[], None]
"""Fetches and decodes some chunks; jobs touch different rows, so they may run at the same time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of one chunk: rows ``rows`` of it go to ``places`` of the result."""

    chunk: int
    """In its shard."""
    rows: Rows
    places: Rows


class ColumnReader:
    """Rows by number, in any order."""

    def __init__(self, storage: Storage, column: Column) -> None:
        self._storage, self._column = storage, column
        self._indexes: OrderedDict[int, npt.NDArray[np.int64] | None] = OrderedDict()

    def read(self, start: int, stop: int) -> AnyArray:
        """Rows start..stop. Raises ``DatasetError`` naming the rows that cannot be read."""
        out = self._column.filler(stop - start)
        for job in self.jobs(np.arange(start, stop), np.arange(stop - start), out):
            job()
        return out

    def jobs(self, rows: Rows, places: Rows, out: AnyArray) -> Iterator[Job]:
        """What puts row ``rows[i]`` into ``out[places[i]]``; a ragged ``out`` holds the fill value already."""
        spec = self._column.spec
        if len(rows) == 0:
            return
        for shard, chunks in _neighbours(rows // spec.chunk, self._column.chunks_per_shard):
            base = shard * spec.shard
            wanted = [Wanted(chunk, rows[at] - base - chunk * spec.chunk, places[at]) for chunk, at in chunks]
            yield _Fetch(self, shard, wanted, out)

    def fetch(self, shard: int, wanted: Sequence[Wanted], out: AnyArray) -> None:
        """One job: neighbouring chunks of a shard."""
        try:
            self._decode(shard, wanted, out)
        except codec.DamagedError:
            # A writer may have replaced the shard between the reading of its index and of its chunks: look again.
            self._indexes.pop(shard, None)
            try:
                self._decode(shard, wanted, out)
            except codec.DamagedError as error:
                raise self._damaged(shard, wanted, error) from error

    def _decode(self, shard: int, wanted: Sequence[Wanted], out: AnyArray) -> None:
        spec = self._column.spec
        index = self._index(shard)
        if index is None:
            if spec.ragged:
                return  # a column that came later than these rows
            raise codec.DamagedError(f"the key {self._column.key(shard)} is not there")
        span = index[wanted[0].chunk : wanted[-1].chunk + 1]
        if (span < 0).any():
            raise codec.DamagedError("a chunk is not there")
        begin, end = int(span[0, 0]), int((span[:, 0] + span[:, 1]).max())
        if not 0 <= end - begin <= len(span) * codec.largest_chunk(spec.chunk * spec.row_bytes):
            raise codec.DamagedError("the index asks for more than there can be")
        data = self._get(shard, begin, end) or b""
        for one, (offset, size) in zip(wanted, span.tolist(), strict=True):
            self._place(data[offset - begin : offset - begin + size], one, out)

    def _place(self, data: bytes, wanted: Wanted, out: AnyArray) -> None:
        """Decode one chunk; straight into the result where its rows lie there side by side, as they mostly do."""
        column, count, first = self._column, len(wanted.rows), int(wanted.places[0])
        whole = count == column.spec.chunk and (count == 1 or (np.diff(wanted.rows) == 1).all())
        if whole and (count == 1 or (np.diff(wanted.places) == 1).all()) and out.flags.c_contiguous:
            codec.decode_into(data, out[first : first + count], column.codecs)
        else:
            rows = codec.decode_chunk(data, column.chunk_shape, column.spec.dtype, column.codecs)
            out[wanted.places] = rows[wanted.rows]

    def _index(self, shard: int) -> npt.NDArray[np.int64] | None:
        if shard not in self._indexes:
            capacity = self._column.chunks_per_shard
            data = self._get(shard, -codec.index_size(capacity))
            index = None if data is None else codec.decode_index(data, capacity).astype(np.int64)
            self._indexes[shard] = index
            if len(self._indexes) > CACHED_INDEXES:
                self._indexes.popitem(last=False)
            return index
        return self._indexes[shard]

    def _get(self, shard: int, start: int, stop: int | None = None) -> bytes | None:
        key = self._column.key(shard)
        if self._storage.path is None:
            return self._storage.get(key, start, stop)
        try:
            return local_files.read(f"{self._storage.path}/{key}", start, stop)
        except OSError as error:
            raise DatasetError(f"cannot read {key} in {self._storage.label}: {error.strerror or error}") from error

    def _damaged(self, shard: int, wanted: Sequence[Wanted], error: codec.DamagedError) -> DatasetError:
        spec = self._column.spec
        rows = [shard * spec.shard + one.chunk * spec.chunk + int(row) for one in wanted for row in one.rows]
        where = f"rows {min(rows)}..{max(rows)} ({self._column.key(shard)})"
        return DatasetError(f"{self._storage.label}: {spec.name} is damaged at {where}: {error}")


@dataclass(frozen=True, slots=True)
class _Fetch:
    reader: ColumnReader
    shard: int
    wanted: Sequence[Wanted]
    out: AnyArray

    def __call__(self) -> None:
        self.reader.fetch(self.shard, self.wanted, self.out)


def _neighbours(chunks: Rows, per_shard: int) -> Iterator[tuple[int, list[tuple[int, Rows]]]]:
    """Chunk numbers as runs of neighbours in one shard: the shard, and of each chunk its number in it and where it
    stands among those given.
    """
    order = np.argsort(chunks, kind="stable")
    numbers, starts = np.unique(chunks[order], return_index=True)
    run: list[tuple[int, Rows]] = []
    shard = -1
    for number, at in zip(numbers.tolist(), np.split(order, starts[1:]), strict=True):
        its_shard, inside = divmod(number, per_shard)
        if run and (its_shard != shard or inside != run[-1][0] + 1 or len(run) == CHUNKS_AT_ONCE):
            yield shard, run
            run = []
        shard = its_shard
        run.append((inside, at))
    if run:
        yield shard, run
