"""Frames by what is marked of their pixels."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from training.dataset import marks
from training.dataset.filters._kinds import FrameFilter, Mask, Terms
from twin.errors import one_of

if TYPE_CHECKING:
    from training.dataset.frames import Rows
    from training.dataset.reader import Dataset

NOTHING = "nothing"


def _prepare(terms: Terms, dataset: "Dataset") -> "Callable[[Rows], Mask]":
    for term in terms:
        one_of("mark", term, [*marks.NAMES, NOTHING], dataset.label)

    def judge(rows: "Rows") -> Mask:
        marked = {name: rows[name] if name in rows else np.zeros(rows.frames, bool) for name in marks.NAMES}
        unmarked = ~np.any(list(marked.values()), axis=0)
        kept: Mask = np.any([(marked | {NOTHING: unmarked})[term] for term in terms], axis=0)
        return kept

    return judge


FILTER = FrameFilter("Frames that are marked contains_real_pixels or redacted, or that nothing is marked of.", _prepare)
