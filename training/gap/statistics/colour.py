"""Brightness and colour."""

from collections.abc import Sequence

import cv2
import numpy as np

from training.gap.sides import Frame
from training.gap.statistics._base import Array, Statistic, compared
from training.pictures import Image

SHARES = (np.arange(16) + 0.5) / 16


class Colour(Statistic):
    """Histograms of CIE Lab's three axes, as 16 quantiles each.

    The distance of two frames is that of their histograms (2-Wasserstein, axis by axis), in units of Lab's.
    """

    title = "colour"

    def describe(self, frames: Sequence[Frame]) -> Array:
        """L, a, b: 16 quantiles each, scaled so that a shift of 1 gives a distance of 1."""
        return np.stack([_quantiles(frame.rgb) for frame in frames])

    def sentence(self, a: Array, b: Array) -> str:
        """Lightness, colourfulness and cast."""
        ours, theirs = (rows.reshape(len(rows), 3, -1) * len(SHARES) ** 0.5 for rows in (a, b))
        light = compared(ours[:, 0].mean(axis=1), theirs[:, 0].mean(axis=1), "lighter", "darker", digits=0)
        spread = compared(_width(ours), _width(theirs), "more colourful", "less colourful")
        shift = ours[:, 1:].mean(axis=(0, 2)) - theirs[:, 1:].mean(axis=(0, 2))
        cast = f"{'redder' if shift[0] > 0 else 'greener'} by {abs(shift[0]):.1f} and " + (
            f"{'yellower' if shift[1] > 0 else 'bluer'} by {abs(shift[1]):.1f}"
        )
        return f"{light} (L* of 100); {spread.removeprefix('A is ')} (spread of a* and b*); {cast}"


def _quantiles(rgb: Image) -> Array:
    lab = cv2.cvtColor(rgb.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB).reshape(-1, 3)
    return np.asarray(np.quantile(lab, SHARES, axis=0).T.ravel() / len(SHARES) ** 0.5, dtype=np.float64)


def _width(quantiles: Array) -> Array:
    """Spread of a and b within each frame."""
    return quantiles[:, 1:].std(axis=2).mean(axis=1)


STATISTIC = Colour()
