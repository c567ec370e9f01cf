"""How long a robot has come nowhere; one environment and many alike, as ``navigation`` does."""

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray

ELSEWHERE = 0.3
"""Metres from a place at which a robot is at another."""


def stood(
    place: FloatArray, before: npt.ArrayLike, at: FloatArray, seconds: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """The place (..., 2) m that a robot at ``at`` (..., 2) m is about, and the seconds (...) it has been there.

    ``place`` and ``before`` are the same a step ago, ``seconds`` is how long the step took. A place is the first point
    ``ELSEWHERE`` off the last one, so who turns on the spot, or goes to and fro in little room, stays.
    """
    left = np.hypot(at[..., 0] - place[..., 0], at[..., 1] - place[..., 1]) > ELSEWHERE
    return np.where(left[..., None], at, place), np.where(left, 0.0, np.asarray(before) + seconds)[()]
