"""Frames of one array of one part, in any order."""

from collections.abc import Iterable, Iterator
from functools import cached_property

import numpy as np

from training.dataset import stored_schema, zarr_json
from training.dataset.column import Column
from training.dataset.compression import PLAIN
from training.dataset.schema import AnyArray, ArraySpec
from training.dataset.shard_reader import ColumnReader, Job, Rows
from training.dataset.storage import METADATA, Storage


class ArrayReader:
    """Reads an array through its columns: one, unless it is ragged."""

    def __init__(self, storage: Storage, part: str, spec: ArraySpec) -> None:
        self.spec = spec
        self._storage, self._prefix = storage, f"{part}data/{spec.name}"
        self._columns: list[ColumnReader] = []
        self._codecs = PLAIN
        """What the array itself says, from when it is read first."""

    @cached_property
    def frames(self) -> int:
        """How many are stored, or will be soon; 0 where the array does not say."""
        return next(iter(self._shape), 0)

    @cached_property
    def width(self) -> int:
        """Length of axis 1 where it is ragged; ``DatasetError`` where the array does not say."""
        if len(self._shape) < 2:
            raise stored_schema.missing(self._storage, self._prefix)
        return self._shape[1]

    @cached_property
    def _shape(self) -> list[int]:
        return zarr_json.shape(zarr_json.parsed(self._storage.get(f"{self._prefix}/{METADATA}")))

    def jobs(self, rows: Rows, places: Rows, out: AnyArray) -> Iterator[Job]:
        """What reads frame ``rows[i]`` into ``out[places[i]]``; ``out`` as from ``empty``."""
        if not self.spec.ragged:
            yield from self._column(0).jobs(rows, places, out)
            return
        step = self.spec.shape[0]
        for number in range(out.shape[1] // step):
            yield from self._column(number).jobs(rows, places, out[:, number * step : (number + 1) * step])

    def empty(self, frames: int, width: int = 0) -> AnyArray:
        """Room for so many frames; of a ragged array whole columns for ``width``, holding the fill value."""
        row = self.spec.shape
        if not self.spec.ragged:
            return np.empty((frames, *row), self.spec.dtype)
        return np.full((frames, -(-width // row[0]) * row[0], *row[1:]), self.spec.fill, self.spec.dtype)

    def read(self, rows: Rows, width: int = 0) -> AnyArray:
        """The frames; of a ragged array the first ``width`` entries of axis 1."""
        out = self.empty(len(rows), width)
        finish(self.jobs(rows, np.arange(len(rows)), out))
        return out[:, :width] if self.spec.ragged else out

    def _column(self, number: int) -> ColumnReader:
        if not self._columns:
            self._codecs = stored_schema.codecs(self._storage, self._prefix, self.spec)
        while len(self._columns) <= number:
            column = Column(self._prefix, self.spec, self._codecs, len(self._columns))
            self._columns.append(ColumnReader(self._storage, column))
        return self._columns[number]


def finish(jobs: Iterable[Job]) -> None:
    """Do them one after the other."""
    for job in jobs:
        job()
