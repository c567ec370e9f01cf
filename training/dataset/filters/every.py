"""Every n-th frame of each episode."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from training.dataset.filters._kinds import FrameFilter, Mask, Terms
from twin.errors import InputError

if TYPE_CHECKING:
    from training.dataset.frames import Rows
    from training.dataset.reader import Dataset


def _prepare(terms: Terms, _: "Dataset") -> "Callable[[Rows], Mask]":
    if len(terms) != 1 or not terms[0].isdecimal() or int(terms[0]) < 1:
        raise InputError(f"every '{' '.join(terms)}': should be one whole number of at least 1")
    step = int(terms[0])
    return lambda rows: np.arange(rows.frames) % step == 0


FILTER = FrameFilter("One frame of so many, counted from the beginning of each episode.", _prepare)
