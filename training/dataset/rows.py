"""Frames on their way into a dataset, some at a time: a value for every array, of the right dtype and shape."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.dataset.schema import MAX_WIDTH, AnyArray, ArraySpec
from twin.errors import DatasetError

LONGEST = 32
BYTES = 16 * 1024 * 1024


class Batch:
    """Up to ``capacity`` frames of one episode. What is done once a batch is not done for every frame."""

    def __init__(self, arrays: Sequence[ArraySpec]) -> None:
        self.capacity = max(1, min(LONGEST, BYTES // max(1, sum(spec.row_bytes for spec in arrays))))
        self._specs = {spec.name: spec for spec in arrays}
        self._columns: dict[str, _Column] = {}
        self._frames = 0

    def __len__(self) -> int:
        return self._frames

    def __getitem__(self, name: str) -> AnyArray:
        return self._columns[name].values[: self._frames]

    @property
    def full(self) -> bool:
        """Whether no frame fits any more."""
        return self._frames == self.capacity

    def clear(self) -> None:
        """Begin anew, for another episode; memory that was taken is taken again."""
        self._frames = 0

    def append(self, row: Mapping[str, npt.ArrayLike], widths: dict[str, int]) -> None:
        """Copy one frame's values; raises ``DatasetError`` where they do not fit, and is unchanged then.

        ``widths`` remembers how wide the episode's first frame was in each ragged array: all frames must agree.
        """
        if row.keys() != self._specs.keys():
            raise DatasetError(_difference(row, self._specs))
        if not self._frames:
            self._columns = {name: self._column(spec, row[name], widths) for name, spec in self._specs.items()}
        at = self._frames
        for name, (shape, dtype, values) in self._columns.items():
            value = row[name]
            if not isinstance(value, np.ndarray):
                value = np.asarray(value)
            if value.shape != shape or not (value.dtype is dtype or _fits(value.dtype, dtype)):
                raise DatasetError(f"{name}: a frame holds {dtype} {shape}, got {value.dtype} {value.shape}")
            values[at] = value
        self._frames = at + 1

    def _column(self, spec: ArraySpec, first: npt.ArrayLike, widths: dict[str, int]) -> "_Column":
        shape = spec.shape
        if spec.ragged and np.ndim(first):
            shape = (widths.setdefault(spec.name, len(np.asarray(first))), *shape[1:])
            if shape[0] > MAX_WIDTH:
                raise DatasetError(f"{spec.name}: a frame is {shape[0]} wide; {MAX_WIDTH} is the most")
        there = self._columns.get(spec.name)
        if there is not None and there.shape == shape:
            return there
        return _Column(shape, np.dtype(spec.dtype), np.empty((self.capacity, *shape), spec.dtype))


class _Column(NamedTuple):
    """Room for the values of one array."""

    shape: tuple[int, ...]
    """Of one frame."""
    dtype: "np.dtype[Any]"
    values: AnyArray


def _fits(dtype: "np.dtype[Any]", wanted: "np.dtype[Any]") -> bool:
    return np.can_cast(dtype, wanted, "same_kind")


def _difference(given: Iterable[str], wanted: Iterable[str]) -> str:
    given, wanted = set(given), set(wanted)
    missing = f"; missing: {', '.join(sorted(wanted - given))}" if wanted - given else ""
    extra = f"; not in the schema: {', '.join(sorted(given - wanted))}" if given - wanted else ""
    return f"a frame holds every array of the dataset{missing}{extra}"
