"""How much fine detail there is beside coarse detail."""

from collections.abc import Sequence

import numpy as np

from training.gap.sides import Frame
from training.gap.statistics._base import Array, Statistic, compared, gray

LOW, HIGH, BANDS = 0.04, 0.5, 10
"""Cycles per pixel between which the line is laid, and how many bands."""


class Spectrum(Statistic):
    """Slope of the power spectrum in doubly logarithmic axes; near -2 for photographs (Field 1987)."""

    title = "spectrum"

    def describe(self, frames: Sequence[Frame]) -> Array:
        """The exponent of each frame."""
        return np.array([[_slope(gray(frame.rgb))] for frame in frames])

    def sentence(self, a: Array, b: Array) -> str:
        """Two exponents."""
        words = compared(a, b, "richer in fine detail", "poorer in fine detail", digits=2)
        return f"{words} (exponent of the power spectrum)"


def _slope(picture: Array) -> float:
    """Least squares through the mean power of each band; the border is faded out, so that it is no edge."""
    height, width = picture.shape
    faded = (picture - picture.mean()) * np.hanning(height)[:, None] * np.hanning(width)[None, :]
    power = np.abs(np.fft.rfft2(faded)) ** 2
    frequency = np.hypot(np.fft.rfftfreq(width)[None, :], np.fft.fftfreq(height)[:, None])
    edges = np.geomspace(LOW, HIGH, BANDS + 1)
    band = np.digitize(frequency, edges) - 1
    inside = (band >= 0) & (band < BANDS)
    count = np.bincount(band[inside], minlength=BANDS)
    mean = np.bincount(band[inside], power[inside], minlength=BANDS) / np.maximum(count, 1)
    there = count > 0
    middle = np.sqrt(edges[:-1] * edges[1:])
    return float(np.polyfit(np.log(middle[there]), np.log(mean[there] + 1.0), 1)[0])


STATISTIC = Spectrum()
