"""How large objects are in the picture."""

from collections.abc import Sequence

import numpy as np

from training.gap.sides import Frame
from training.gap.statistics._base import Array, Statistic

EDGES = np.array([0, 0.03, 0.06, 0.12, 0.25, 0.5, np.inf])
"""Square root of a box's share of the picture."""


class Sizes(Statistic):
    """A histogram of box sizes for each frame."""

    title = "sizes of objects"
    labels = True

    def describe(self, frames: Sequence[Frame]) -> Array:
        """Share of the frame's objects in each of six bins; zeros where it shows none."""
        return np.stack([_histogram(frame) for frame in frames])

    def sentence(self, a: Array, b: Array) -> str:
        """Share of the large ones."""
        ours, theirs = (100 * rows[:, -2:].sum() / max(rows.sum(), 1e-9) for rows in (a, b))
        return f"{ours:.0f} % of A's objects are wider than a quarter of the picture, and {theirs:.0f} % of B's"


def _histogram(frame: Frame) -> Array:
    boxes = frame.objects.boxes if frame.objects else np.empty((0, 4))
    sides = np.sqrt(np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1))
    return np.histogram(sides, EDGES)[0] / max(1, len(boxes))


STATISTIC = Sizes()
