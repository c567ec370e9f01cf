"""When a robot has arrived: near enough, turned the right way, standing, for long enough.

The functions serve one environment and many alike, as ``navigation`` does.
"""

from dataclasses import dataclass
from math import inf, nan

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray

ANY_HEADING = nan
"""The heading of a goal that may be reached in any."""
NEARLY = 1e-9
"""Seconds that do not matter."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What counts as being there."""

    radius: float = 0.4
    """Metres from the goal."""
    heading: float = inf
    """Radians off the goal's heading."""
    speed: float = inf
    """m/s and rad/s, over a step."""
    seconds: float = 0.0
    """How long all that must have held."""

    def held(
        self, before: npt.ArrayLike, was: FloatArray, at: FloatArray, goal: FloatArray, seconds: npt.ArrayLike
    ) -> FloatArray:
        """Seconds (...) for which a robot has been there, from those ``before`` a step from ``was`` to ``at``.

        Poses and ``goal`` are x, y (m), heading (rad), (..., 3); ``seconds`` is how long the step took.
        """
        there = np.hypot(at[..., 0] - goal[..., 0], at[..., 1] - goal[..., 1]) <= self.radius
        if self.heading < inf:
            there = there & (heading_error(at[..., 2], goal[..., 2]) <= self.heading)
        if self.speed < inf:
            top = self.speed * np.asarray(seconds)
            there = there & (np.hypot(at[..., 0] - was[..., 0], at[..., 1] - was[..., 1]) <= top)
            there = there & (heading_error(at[..., 2], was[..., 2]) <= top)
        return np.where(there, np.asarray(before) + seconds, 0.0)[()]

    def enough(self, held: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Whether so many seconds (...) are an arrival."""
        seconds = np.asarray(held)
        return (seconds > 0.0) & (seconds >= self.seconds - NEARLY)


def heading_error(heading: npt.ArrayLike, wanted: npt.ArrayLike) -> FloatArray:
    """Radians (...) between two headings; 0 where any will do."""
    off = np.asarray(heading) - np.asarray(wanted)
    wrapped = np.abs((off + np.pi) % (2 * np.pi) - np.pi)
    return np.where(np.isnan(wrapped), 0.0, wrapped)[()]
