"""One column of one array, as a sequence of shards: appended to, and read."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from training.dataset import codec
from training.dataset.schema import AnyArray, ArraySpec
from training.dataset.storage import Storage
from twin.errors import DatasetError

CACHED_INDEXES = 256


@dataclass(frozen=True, slots=True)
class Column:
    """Where the shards lie. A ragged array has several columns side by side, any other just column 0."""

    prefix: str
    """``data/<array>`` in its part."""
    spec: ArraySpec
    number: int = 0

    def key(self, shard: int) -> str:
        """Of one shard."""
        rest = len(self.spec.shape)
        tail = [self.number, *[0] * (rest - 1)] if rest else []
        return "/".join([self.prefix, "c", str(shard), *map(str, tail)])

    @property
    def chunks_per_shard(self) -> int:
        """Capacity of the index."""
        return self.spec.shard // self.spec.chunk

    @property
    def chunk_shape(self) -> tuple[int, ...]:
        """Of one chunk's rows."""
        return (self.spec.chunk, *self.spec.shape)

    def filler(self, rows: int) -> AnyArray:
        """Rows that nobody wrote."""
        return np.full((rows, *self.spec.shape), self.spec.fill, self.spec.dtype)


class Mark(NamedTuple):
    """Where an appender stood."""

    length: int
    chunks: tuple[bytes, ...]
    rows: AnyArray


class ColumnAppender:
    """Appends rows. Puts whole shards only; of the last one it keeps the compressed chunks and the rows that do
    not fill a chunk yet, so that going on never reads or compresses anything twice.
    """

    def __init__(self, storage: Storage, column: Column, length: int = 0) -> None:
        """Goes on after ``length`` rows, of which nothing is stored yet: they read as the fill value."""
        self._storage, self._column = storage, column
        self.length = length
        filler = column.filler(column.spec.chunk)
        whole, rest = divmod(length % column.spec.shard, column.spec.chunk)
        self._chunks = [codec.encode_chunk(filler)] * whole
        self._rows = filler
        self._filled = rest
        self._dirty = False

    @classmethod
    def resume(cls, storage: Storage, column: Column, length: int) -> "ColumnAppender":
        """Goes on after ``length`` stored rows; reads back the shard that is not full."""
        appender = cls(storage, column, length)
        start = length - length % column.spec.shard
        rows = ColumnReader(storage, column).read(start, length)
        appender.rewind(Mark(start, (), rows[:0]))
        for row in rows:
            appender.append(row)
        appender._dirty = False
        return appender

    def append(self, row: AnyArray) -> None:
        """One row of the array's row shape."""
        spec = self._column.spec
        self._rows[self._filled] = row
        self._filled += 1
        self.length += 1
        self._dirty = True
        if self._filled == spec.chunk:
            self._chunks.append(codec.encode_chunk(self._rows))
            self._filled = 0
            if self.length % spec.shard == 0:
                self._put(self.length // spec.shard - 1, self._chunks)
                self._chunks = []
                self._dirty = False

    def flush(self) -> None:
        """Store the last shard as far as it goes."""
        if self._dirty:
            chunks = list(self._chunks)
            if self._filled:
                self._rows[self._filled :] = self._column.spec.fill
                chunks.append(codec.encode_chunk(self._rows))
            self._put(self.length // self._column.spec.shard, chunks)
            self._dirty = False

    def mark(self) -> Mark:
        """To come back to."""
        return Mark(self.length, tuple(self._chunks), self._rows[: self._filled].copy())

    def rewind(self, mark: Mark) -> None:
        """Forget every row appended since ``mark``. What was stored of them is overwritten by what comes next."""
        self.length, self._chunks, self._filled = mark.length, list(mark.chunks), len(mark.rows)
        self._rows[: self._filled] = mark.rows

    def _put(self, shard: int, chunks: list[bytes]) -> None:
        self._storage.put(self._column.key(shard), codec.encode_shard(chunks, self._column.chunks_per_shard))


class ColumnReader:
    """Reads rows: of each shard its index once, then only the chunks that are asked for."""

    def __init__(self, storage: Storage, column: Column) -> None:
        self._storage, self._column = storage, column
        self._indexes: OrderedDict[int, npt.NDArray[np.uint64] | None] = OrderedDict()

    def read(self, start: int, stop: int) -> AnyArray:
        """Rows start..stop. Raises ``DatasetError`` naming the rows that cannot be read."""
        out = self._column.filler(stop - start)
        size = self._column.spec.shard
        for shard in range(start // size, -(-stop // size)):
            first = shard * size
            a, b = max(start, first), min(stop, first + size)
            for at, rows in self._chunks(shard, a - first, b - first):
                lo, hi = max(a, first + at), min(b, first + at + len(rows))
                out[lo - start : hi - start] = rows[lo - first - at : hi - first - at]
        return out

    def _chunks(self, shard: int, start: int, stop: int) -> Iterator[tuple[int, AnyArray]]:
        """The chunks that hold rows start..stop of a shard, each with its first row's position."""
        spec = self._column.spec
        first, last = start // spec.chunk, (stop - 1) // spec.chunk
        try:
            yield from self._decoded(shard, first, last)
        except codec.DamagedError:
            # A writer may have replaced the shard between the reading of its index and of its chunks: look again.
            self._indexes.pop(shard, None)
            try:
                yield from self._decoded(shard, first, last)
            except codec.DamagedError as error:
                rows = f"{shard * spec.shard + start}..{shard * spec.shard + stop - 1}"
                key = self._column.key(shard)
                raise DatasetError(
                    f"{self._storage.label}: {spec.name} is damaged at rows {rows} ({key}): {error}"
                ) from error

    def _decoded(self, shard: int, first: int, last: int) -> list[tuple[int, AnyArray]]:
        column, key = self._column, self._column.key(shard)
        index = self._index(shard)
        if index is None:
            return self._missing(key)
        span = index[first : last + 1].astype(np.int64)
        if (span < 0).any():
            raise codec.DamagedError("a chunk is not there")
        begin, end = int(span[0, 0]), int((span[:, 0] + span[:, 1]).max())
        if not 0 <= end - begin <= len(span) * codec.largest_chunk(column.spec.chunk * column.spec.row_bytes):
            raise codec.DamagedError("the index asks for more than there can be")
        data = self._storage.get(key, begin, end) or b""
        decoded = []
        for number, (offset, size) in enumerate(span, start=first):
            raw = data[offset - begin : offset - begin + size]
            rows = codec.decode_chunk(raw, column.chunk_shape, column.spec.dtype)
            decoded.append((number * column.spec.chunk, rows))
        return decoded

    def _missing(self, key: str) -> list[tuple[int, AnyArray]]:
        if self._column.spec.ragged:
            return []  # a column that came later than these rows
        raise codec.DamagedError(f"the key {key} is not there")

    def _index(self, shard: int) -> npt.NDArray[np.uint64] | None:
        if shard not in self._indexes:
            capacity = self._column.chunks_per_shard
            data = self._storage.get(self._column.key(shard), -codec.index_size(capacity))
            self._indexes[shard] = None if data is None else codec.decode_index(data, capacity)
            if len(self._indexes) > CACHED_INDEXES:
                self._indexes.popitem(last=False)
        return self._indexes[shard]
