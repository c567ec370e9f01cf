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
        self._chunks = [codec.encode_chunk(filler, column.codecs)] * whole
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
        appender.extend(rows)
        appender._dirty = False
        return appender

    def extend(self, rows: AnyArray) -> None:
        """Rows of the array's row shape, shape (rows, ...)."""
        size, at = self._column.spec.chunk, 0
        while at < len(rows):
            some = rows[at : at + size - self._filled]
            at += len(some)
            self.length += len(some)
            self._dirty = True
            if len(some) == size:
                self._close_chunk(some)
                continue
            self._rows[self._filled : self._filled + len(some)] = some
            self._filled += len(some)
            if self._filled == size:
                self._close_chunk(self._rows)

    def _close_chunk(self, rows: AnyArray) -> None:
        self._chunks.append(codec.encode_chunk(rows, self._column.codecs))
        self._filled = 0
        if len(self._chunks) == self._column.chunks_per_shard:
            key = self._column.key(self.length // self._column.spec.shard - 1)
            self._storage.put(key, codec.encode_shard(self._chunks, self._column.chunks_per_shard))
            self._chunks = []
            self._dirty = False

    def unstored(self) -> dict[str, bytes]:
        """Key and value of the last shard as far as it goes; nothing where it is stored. The caller stores it."""
        if not self._dirty:
            return {}
        chunks = list(self._chunks)
        if self._filled:
            self._rows[self._filled :] = self._column.spec.fill
            chunks.append(codec.encode_chunk(self._rows, self._column.codecs))
        self._dirty = False
        key = self._column.key(self.length // self._column.spec.shard)
        return {key: codec.encode_shard(chunks, self._column.chunks_per_shard)}

    def mark(self) -> Mark:
        """To come back to."""
        return Mark(self.length, tuple(self._chunks), self._rows[: self._filled].copy())

    def rewind(self, mark: Mark) -> None:
        """Forget every row appended since ``mark``. What was stored of them is overwritten by what comes next."""
        self.length, self._chunks, self._filled = mark.length, list(mark.chunks), len(mark.rows)
        self._rows[: self._filled] = mark.rows
