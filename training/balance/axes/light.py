"""How bright the picture is."""

import numpy as np

from training.balance.axes._axis import Axis, Seen
from twin.geometry import FloatArray

WEIGHTS = (0.2126, 0.7152, 0.0722)
"""Of red, green and blue in luminance, ITU-R BT.709."""


def measure(seen: Seen) -> FloatArray:
    """Mean luminance of the picture as it is drawn, 0 to 1, before any effect of the camera; in linear light."""
    levels = np.arange(256) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)  # IEC 61966-2-1
    rgb = seen.given.frame.rgb
    means = [float(linear @ np.bincount(rgb[..., k].ravel(), minlength=256)) / rgb[..., k].size for k in range(3)]
    return np.full(len(seen.picked), float(np.dot(WEIGHTS, means)))


AXIS = Axis(measure, {"dark": (0.0, 0.06), "dim": (0.06, 0.18), "bright": (0.18, 1.01)}, cost=2.0, needs_colors=True)
