"""One array of one part, appended to: its columns and its ``zarr.json``."""

from typing import NamedTuple

import numpy as np

from training.dataset import stored_schema, zarr_json
from training.dataset.column import Column
from training.dataset.compression import codecs
from training.dataset.schema import AnyArray, ArraySpec
from training.dataset.shards import ColumnAppender, Mark, Piece
from training.dataset.storage import METADATA, Storage


class ArrayMark(NamedTuple):
    """Where an array's appender stood."""

    length: int
    columns: tuple[Mark, ...]


class ArrayAppender:
    """Appends frames. The length in ``zarr.json`` runs ahead, a shard at a time, until it is stored ``exactly``."""

    def __init__(
        self, storage: Storage, part: str, spec: ArraySpec, compression: str, length: int, columns: int
    ) -> None:
        """Goes on after ``length`` frames; ``columns`` exist already (1 unless the array is ragged).

        ``compression``: the profile of an array that begins; another goes on as it is.
        """
        self.spec = spec
        self.length = length
        self._storage, self._prefix = storage, f"{part}data/{spec.name}"
        self._codecs = stored_schema.codecs(storage, self._prefix, spec) if length else codecs(compression, spec)
        self._columns = [ColumnAppender.resume(storage, self._column(c), length) for c in range(columns)]
        self._declared = (-1, -1)
        """Frames and width that ``zarr.json`` says; nothing yet."""

    def extend(self, rows: AnyArray) -> list[Piece]:
        """Frames (n, ...) of the dtype and shape in the spec; ragged ones have any length on axis 1.

        The pieces are to be compressed and added to their appenders before anything else is done here.
        """
        for number in range(len(self._columns), self._needed(rows)):
            self._columns.append(ColumnAppender(self._storage, self._column(number), self.length))
        self.length += len(rows)
        columns = zip(self._columns, self._split(rows), strict=True)
        return [piece for column, part in columns for piece in column.extend(part)]

    def unstored(self, *, exactly: bool = False) -> dict[str, bytes]:
        """Keys and values that make everything appended so far readable. The caller stores them.

        ``exactly``: and nothing behind it.
        """
        values: dict[str, bytes] = {}
        for column in self._columns:
            values |= column.unstored()
        frames, width = self._declared
        if exactly and (frames, width) != (self.length, self._width()):
            values |= self._declaration(self.length)
        elif self.length > frames or self._width() > width:
            values |= self._declaration((self.length // self.spec.shard + 1) * self.spec.shard)
        return values

    def mark(self) -> ArrayMark:
        """To come back to."""
        return ArrayMark(self.length, tuple(column.mark() for column in self._columns))

    def rewind(self, mark: ArrayMark) -> None:
        """Forget every frame appended since."""
        for column in self._columns[len(mark.columns) :]:
            column.remove(mark.length)
        self.length = mark.length
        del self._columns[len(mark.columns) :]
        for column, at in zip(self._columns, mark.columns, strict=True):
            column.rewind(at)

    def _column(self, number: int) -> Column:
        return Column(self._prefix, self.spec, self._codecs, number)

    def _width(self) -> int:
        return len(self._columns) * self.spec.shape[0] if self.spec.ragged else 0

    def _needed(self, rows: AnyArray) -> int:
        return -(-rows.shape[1] // self.spec.shape[0]) if self.spec.ragged else 1

    def _split(self, rows: AnyArray) -> list[AnyArray]:
        if not self.spec.ragged:
            return [rows]
        padded = np.full((len(rows), self._width(), *rows.shape[2:]), self.spec.fill, self.spec.dtype)
        padded[:, : rows.shape[1]] = rows
        return np.split(padded, len(self._columns), axis=1) if self._columns else []

    def _declaration(self, frames: int) -> dict[str, bytes]:
        self._declared = (frames, self._width())
        return {f"{self._prefix}/{METADATA}": zarr_json.sharded(self.spec, self._codecs, *self._declared)}
