"""Frames on their way into a dataset, some at a time: a value for every array, of the right dtype and shape."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from training.dataset.schema import AnyArray, ArraySpec
from twin.errors import DatasetError

LONGEST = 32
BYTES = 16 * 1024 * 1024


class Batch:
    """Up to ``capacity`` frames of one episode. What is done once a batch is not done for every frame."""

    def __init__(self, arrays: Sequence[ArraySpec]) -> None:
        self.capacity = max(1, min(LONGEST, BYTES // max(1, sum(spec.row_bytes for spec in arrays))))
        self._specs = {spec.name: spec for spec in arrays}
        self._values: dict[str, AnyArray] = {}
        self._frames = 0

    def __len__(self) -> int:
        return self._frames

    def __getitem__(self, name: str) -> AnyArray:
        return self._values[name][: self._frames]

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
        for name, spec in self._specs.items():
            value = np.asarray(row[name])
            shape = spec.shape
            if spec.ragged and value.ndim:
                shape = (widths.setdefault(name, len(value)), *spec.shape[1:])
            if value.shape != shape or not (value.dtype == spec.dtype or _fits(value.dtype, spec)):
                raise DatasetError(f"{name}: a frame holds {spec.dtype} {shape}, got {value.dtype} {value.shape}")
            if name not in self._values or self._values[name].shape[1:] != shape:
                self._values[name] = np.empty((self.capacity, *shape), spec.dtype)
            self._values[name][self._frames] = value
        self._frames += 1


def _fits(dtype: "np.dtype[Any]", spec: ArraySpec) -> bool:
    return np.can_cast(dtype, spec.dtype, "same_kind")


def _difference(given: Iterable[str], wanted: Iterable[str]) -> str:
    given, wanted = set(given), set(wanted)
    missing = f"; missing: {', '.join(sorted(wanted - given))}" if wanted - given else ""
    extra = f"; not in the schema: {', '.join(sorted(given - wanted))}" if given - wanted else ""
    return f"a frame holds every array of the dataset{missing}{extra}"
