"""Noise of the sensor."""

from collections.abc import Sequence

import cv2
import numpy as np

from training.gap.sides import Frame
from training.gap.statistics._base import Array, Statistic, compared, gray

MASK = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float64)
"""Blind to planes and edges along the axes (Immerkær, "Fast Noise Variance Estimation", CVIU 1996)."""
TILE, FLAT = 8, 0.25
"""px, and the share of the tiles that are taken for flat."""


class Noise(Statistic):
    """Immerkær's estimate where the picture is flattest, so that texture counts little."""

    title = "noise"

    def describe(self, frames: Sequence[Frame]) -> Array:
        """Standard deviation of each frame's luminance, of 255."""
        return np.array([[_deviation(gray(frame.rgb))] for frame in frames])

    def sentence(self, a: Array, b: Array) -> str:
        """Two deviations."""
        return compared(a, b, "noisier", "cleaner") + " (standard deviation of luminance, of 255)"


def _deviation(picture: Array) -> float:
    seen = np.abs(cv2.filter2D(picture, cv2.CV_64F, MASK))[1:-1, 1:-1]
    tiles = (max(1, seen.shape[1] // TILE), max(1, seen.shape[0] // TILE))
    means = cv2.resize(seen, tiles, interpolation=cv2.INTER_AREA)
    return float(np.quantile(means, FLAT) * np.sqrt(np.pi / 2) / np.sqrt((MASK**2).sum()))


STATISTIC = Noise()
