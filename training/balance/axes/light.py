"""How bright the picture is."""

import numpy as np

from training.balance.axes._axis import Axis, Seen
from twin.colour import LIGHT, WEIGHTS
from twin.geometry import FloatArray


def measure(seen: Seen) -> FloatArray:
    """Mean luminance of the picture as it is drawn, 0 to 1, before any effect of the camera; in linear light."""
    rgb = seen.given.frame.rgb
    means = [float(LIGHT @ np.bincount(rgb[..., k].ravel(), minlength=256)) / rgb[..., k].size for k in range(3)]
    return np.full(len(seen.picked), float(np.dot(WEIGHTS, means)))


AXIS = Axis(measure, {"dark": (0.0, 0.06), "dim": (0.06, 0.18), "bright": (0.18, 1.01)}, cost=2.0, needs_colors=True)
