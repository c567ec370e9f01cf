"""One column of one array, as a sequence of shards to append to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from training.dataset import codec
from training.dataset.column import Column
from training.dataset.schema import AnyArray
from training.dataset.shard_reader import ColumnReader
from training.dataset.storage import Storage

PIECE_BYTES = 1024 * 1024


class Mark(NamedTuple):
    """Where an appender stood."""

    length: int
    chunks: tuple[bytes, ...]
    rows: AnyArray


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of some whole chunks, to be compressed and then given to the appender, in order."""

    appender: "ColumnAppender"
    rows: AnyArray

    def compressed(self) -> list[bytes]:
        """Its chunks."""
        column = self.appender.column
        return codec.encode_chunks(self.rows, column.spec.chunk, column.codecs)


class ColumnAppender:
    """Appends rows. Puts whole shards only; of the last one it keeps the compressed chunks and the rows that do
    not fill a chunk yet, so that going on never reads or compresses anything twice.
    """

    def __init__(self, storage: Storage, column: Column, length: int = 0) -> None:
        """Goes on after ``length`` rows, of which nothing is stored yet: they read as the fill value."""
        self.column = column
        self.length = length
        self._storage = storage
        self._shard, rest = divmod(length, column.spec.shard)
        whole, self._filled = divmod(rest, column.spec.chunk)
        self._rows = column.filler(column.spec.chunk)
        self._chunks = [codec.encode_chunk(self._rows, column.codecs)] * whole
        self._stored = length
        """So many rows need not be stored again."""

    @classmethod
    def resume(cls, storage: Storage, column: Column, length: int) -> "ColumnAppender":
        """Goes on after ``length`` stored rows; reads back the shard that is not full."""
        start = length - length % column.spec.shard
        appender = cls(storage, column, start)
        for piece in appender.extend(ColumnReader(storage, column).read(start, length)):
            appender.add(piece.compressed())
        appender._stored = length
        return appender

    def extend(self, rows: AnyArray) -> list[Piece]:
        """Append rows of the array's row shape, shape (rows, ...). What is returned is to be compressed and added."""
        size = self.column.spec.chunk
        self.length += len(rows)
        pieces, at = [], 0
        if self._filled:
            at = min(size - self._filled, len(rows))
            self._rows[self._filled : self._filled + at] = rows[:at]
            self._filled += at
            if self._filled < size:
                return []
            pieces.append(Piece(self, self._rows))
            self._rows = self.column.filler(size)
        whole = at + (len(rows) - at) // size * size
        step = max(1, PIECE_BYTES // (size * self.column.spec.row_bytes)) * size
        pieces += [Piece(self, rows[start : min(start + step, whole)]) for start in range(at, whole, step)]
        self._filled = len(rows) - whole
        self._rows[: self._filled] = rows[whole:]
        return pieces

    def add(self, chunks: Sequence[bytes]) -> None:
        """The chunks of the next piece; a shard that is full is put."""
        capacity = self.column.chunks_per_shard
        for chunk in chunks:
            self._chunks.append(chunk)
            if len(self._chunks) == capacity:
                self._storage.put(self.column.key(self._shard), codec.encode_shard(self._chunks, capacity))
                self._shard += 1
                self._chunks = []

    def unstored(self) -> dict[str, bytes]:
        """Key and value of the last shard as far as it goes; nothing where it is stored. The caller stores it."""
        if self._stored == self.length:
            return {}
        self._stored = self.length
        chunks = list(self._chunks)
        if self._filled:
            self._rows[self._filled :] = self.column.spec.fill
            chunks.append(codec.encode_chunk(self._rows, self.column.codecs))
        if not chunks:
            return {}
        return {self.column.key(self._shard): codec.encode_shard(chunks, self.column.chunks_per_shard)}

    def mark(self) -> Mark:
        """To come back to."""
        return Mark(self.length, tuple(self._chunks), self._rows[: self._filled].copy())

    def rewind(self, mark: Mark) -> None:
        """Forget every row appended since ``mark``. What was stored of them is overwritten by what comes next."""
        self.length, self._shard = mark.length, mark.length // self.column.spec.shard
        self._stored = -1
        self._chunks, self._filled = list(mark.chunks), len(mark.rows)
        self._rows[: self._filled] = mark.rows

    def remove(self, start: int) -> None:
        """Remove what was stored of the rows from ``start`` on, when there are none before."""
        for shard in range(start // self.column.spec.shard, self._shard + 1):
            self._storage.delete_below(self.column.key(shard))
