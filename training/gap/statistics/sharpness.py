"""Sharpness."""

from collections.abc import Sequence

import cv2
import numpy as np

from training.gap.sides import Frame
from training.gap.statistics._base import Array, Statistic, compared, gray

DARK = 0.1
"""Variance of a picture without any detail, so that its logarithm exists."""


class Sharpness(Statistic):
    """Logarithm of the Laplacian's variance (Pech-Pacheco et al., ICPR 2000): blur lowers it, noise raises it too."""

    title = "sharpness"

    def describe(self, frames: Sequence[Frame]) -> Array:
        """log10 of the variance."""
        found = [float(cv2.Laplacian(gray(frame.rgb), cv2.CV_64F).var()) for frame in frames]
        return np.log10(np.array(found)[:, None] + DARK)

    def sentence(self, a: Array, b: Array) -> str:
        """Back from the logarithm."""
        ours, theirs = (10 ** rows.mean(keepdims=True) for rows in (a, b))
        return compared(ours, theirs, "sharper", "softer", digits=0) + " (variance of the Laplacian)"


STATISTIC = Sharpness()
