"""Frames by the time since their episode began."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from training.dataset.filters._kinds import FrameFilter, Mask, Terms
from training.dataset.filters._ranges import Ranges
from twin.errors import DatasetError

if TYPE_CHECKING:
    from training.dataset.frames import Rows
    from training.dataset.reader import Dataset


def _prepare(terms: Terms, dataset: "Dataset") -> "Callable[[Rows], Mask]":
    ranges = Ranges.parse("time", terms)
    if "time" not in dataset.arrays:
        raise DatasetError(f"{dataset.label} has no array 'time' to choose frames by")
    return lambda rows: ranges.mask(rows["time"])


FILTER = FrameFilter("Frames so many seconds after their episode began, such as 2:8.", _prepare)
