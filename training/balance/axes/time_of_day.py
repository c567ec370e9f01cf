"""When a frame was taken, as far as its scenario says."""

import numpy as np

from training.balance.axes._axis import Axis, Seen
from twin.geometry import FloatArray


def measure(seen: Seen) -> FloatArray:
    """Hours since midnight."""
    return np.full(len(seen.picked), seen.stage.hour)


BINS = {"night": (0.0, 6.0), "morning": (6.0, 12.0), "afternoon": (12.0, 18.0), "evening": (18.0, 24.0)}
AXIS = Axis(measure, BINS, "h")
