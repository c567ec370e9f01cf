"""One array of one part, appended to: its columns and its ``zarr.json``."""

from typing import NamedTuple

import numpy as np

from training.dataset import zarr_json
from training.dataset.column import Column
from training.dataset.schema import AnyArray, ArraySpec
from training.dataset.shards import ColumnAppender, Mark
from training.dataset.storage import METADATA, Storage


class ArrayMark(NamedTuple):
    """Where an array's appender stood."""

    length: int
    columns: tuple[Mark, ...]


class ArrayAppender:
    """Appends frames. The length in ``zarr.json`` runs ahead, a shard at a time; ``trim`` makes it exact."""

    def __init__(self, storage: Storage, part: str, spec: ArraySpec, length: int, columns: int) -> None:
        """Goes on after ``length`` frames; ``columns`` exist already (1 unless the array is ragged)."""
        self.spec = spec
        self.length = length
        self._storage, self._prefix = storage, f"{part}data/{spec.name}"
        self._columns = [ColumnAppender.resume(storage, self._column(c), length) for c in range(columns)]
        self._declared = (-1, -1)
        self._declare(length)

    def append(self, row: AnyArray) -> None:
        """One frame, of the dtype and shape in the spec; a ragged one has any length on axis 0."""
        for number in range(len(self._columns), self._needed(row)):
            self._columns.append(ColumnAppender(self._storage, self._column(number), self.length))
        for column, part in zip(self._columns, self._split(row), strict=True):
            column.append(part)
        self.length += 1

    def flush(self) -> None:
        """Store everything appended so far."""
        for column in self._columns:
            column.flush()
        if self.length > self._declared[0] or self._width() > self._declared[1]:
            self._declare(-(-self.length // self.spec.shard) * self.spec.shard)

    def trim(self) -> None:
        """Make the array exactly as long as what was appended."""
        if self._declared != (self.length, self._width()):
            self._declare(self.length)

    def mark(self) -> ArrayMark:
        """To come back to."""
        return ArrayMark(self.length, tuple(column.mark() for column in self._columns))

    def rewind(self, mark: ArrayMark) -> None:
        """Forget every frame appended since."""
        self.length = mark.length
        del self._columns[len(mark.columns) :]
        for column, at in zip(self._columns, mark.columns, strict=True):
            column.rewind(at)

    def _column(self, number: int) -> Column:
        return Column(self._prefix, self.spec, number)

    def _width(self) -> int:
        return len(self._columns) * self.spec.shape[0] if self.spec.ragged else 0

    def _needed(self, row: AnyArray) -> int:
        return -(-len(row) // self.spec.shape[0]) if self.spec.ragged else 1

    def _split(self, row: AnyArray) -> list[AnyArray]:
        if not self.spec.ragged:
            return [row]
        padded = np.full((self._width(), *row.shape[1:]), self.spec.fill, self.spec.dtype)
        padded[: len(row)] = row
        return list(padded.reshape(-1, *self.spec.shape))

    def _declare(self, frames: int) -> None:
        width = self._width()
        self._storage.put(f"{self._prefix}/{METADATA}", zarr_json.sharded(self.spec, frames, width))
        self._declared = (frames, width)
