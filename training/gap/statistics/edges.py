"""Where in the picture there are edges, and which way they run: the layout, as far as pixels tell."""

from collections.abc import Sequence

import cv2
import numpy as np

from training.gap.sides import Frame
from training.gap.statistics._base import Array, Statistic, gray

SIDE, CELLS, ORIENTATIONS = 64, 4, 8
ROWS = ("top", "upper middle", "lower middle", "bottom")


class Edges(Statistic):
    """Histograms of oriented gradients (Dalal and Triggs, CVPR 2005) of 4 x 4 cells, contrast left out."""

    title = "edges"

    def describe(self, frames: Sequence[Frame]) -> Array:
        """4 x 4 cells of 8 orientations each, normalised over the picture."""
        return np.stack([_gradients(frame) for frame in frames])

    def sentence(self, a: Array, b: Array) -> str:
        """The row of cells that differs most, and its share of all edges."""
        shares = [(rows**2).mean(axis=0).reshape(CELLS, CELLS, ORIENTATIONS).sum(axis=1) for rows in (a, b)]
        ours, theirs = (table / max(float(table.sum()), 1e-9) for table in shares)
        row = int(np.abs(ours - theirs).sum(axis=1).argmax())
        count = "more" if ours[row].sum() >= theirs[row].sum() else "fewer"
        words = f"{100 * ours[row].sum():.0f} % of edges against {100 * theirs[row].sum():.0f} %"
        return f"A has {count} edges than B at the {ROWS[row]} of the picture: {words}"


def _gradients(frame: Frame) -> Array:
    from skimage.feature import hog

    small = cv2.resize(gray(frame.rgb), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    cell = (SIDE // CELLS, SIDE // CELLS)
    return np.asarray(hog(small, ORIENTATIONS, cell, (CELLS, CELLS), block_norm="L2"), dtype=np.float64)


STATISTIC = Edges()
