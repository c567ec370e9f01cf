"""Where in the picture objects are."""

from collections.abc import Sequence

import numpy as np

from training.gap.sides import Frame
from training.gap.statistics._base import Array, Statistic

CELLS = 6


class Places(Statistic):
    """How much of each of 6 x 6 cells boxes cover."""

    title = "places of objects"
    labels = True

    def describe(self, frames: Sequence[Frame]) -> Array:
        """Covered share of each cell, at most 1."""
        return np.stack([_coverage(frame) for frame in frames])

    def sentence(self, a: Array, b: Array) -> str:
        """Share of the picture, and the height they are at."""
        rows = (np.arange(CELLS) + 0.5) / CELLS
        said = []
        for covered in (a, b):
            by_row = covered.reshape(len(covered), CELLS, CELLS).mean(axis=(0, 2))
            height = 100 * (1 - float(by_row @ rows) / max(float(by_row.sum()), 1e-9))
            said.append(f"{100 * covered.mean():.0f} % of the picture, on average {height:.0f} % from its bottom")
        return f"Boxes cover {said[0]} in A, and {said[1]} in B"


def _coverage(frame: Frame) -> Array:
    covered = np.zeros((CELLS, CELLS))
    low, high = np.arange(CELLS) / CELLS, (np.arange(CELLS) + 1) / CELLS
    for x0, y0, x1, y1 in frame.objects.boxes if frame.objects else ():
        across = np.clip(np.minimum(x1, high) - np.maximum(x0, low), 0, None)
        down = np.clip(np.minimum(y1, high) - np.maximum(y0, low), 0, None)
        covered += np.outer(down, across) * CELLS**2
    return np.minimum(covered, 1).ravel()


STATISTIC = Places()
