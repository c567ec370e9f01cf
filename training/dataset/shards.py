"""One column of one array, as a sequence of shards to append to."""

from typing import NamedTuple

from training.dataset import codec
from training.dataset.column import Column
from training.dataset.schema import AnyArray
from training.dataset.shard_reader import ColumnReader
from training.dataset.storage import Storage


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
