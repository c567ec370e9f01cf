"""One frame on its way into a dataset: a value for every array, of the right dtype and shape."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from training.dataset.schema import AnyArray, ArraySpec
from twin.errors import DatasetError


def checked(
    arrays: Sequence[ArraySpec], row: Mapping[str, npt.ArrayLike], widths: dict[str, int]
) -> dict[str, AnyArray]:
    """The frame's values as copies of their arrays' dtypes; raises ``DatasetError`` where they do not fit.

    ``widths`` remembers how wide the episode's first frame was in each ragged array: all frames must agree.
    """
    if len(row) != len(arrays) or any(spec.name not in row for spec in arrays):
        raise DatasetError(_difference(row, [spec.name for spec in arrays]))
    return {spec.name: _fitted(spec, np.array(row[spec.name]), widths) for spec in arrays}


def _fitted(spec: ArraySpec, value: AnyArray, widths: dict[str, int]) -> AnyArray:
    shape = (widths.setdefault(spec.name, len(value)), *spec.shape[1:]) if spec.ragged and value.ndim else spec.shape
    if value.shape != shape or not np.can_cast(value.dtype, spec.dtype, "same_kind"):
        raise DatasetError(f"{spec.name}: a frame holds {spec.dtype} {shape}, got {value.dtype} {value.shape}")
    return value.astype(spec.dtype, copy=False)


def _difference(given: Iterable[str], wanted: Iterable[str]) -> str:
    given, wanted = set(given), set(wanted)
    missing = f"; missing: {', '.join(sorted(wanted - given))}" if wanted - given else ""
    extra = f"; not in the schema: {', '.join(sorted(given - wanted))}" if given - wanted else ""
    return f"a frame holds every array of the dataset{missing}{extra}"
