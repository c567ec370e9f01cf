"""Where everything was a moment ago."""

from dataclasses import dataclass

import numpy as np

from twin.geometry import FloatArray


@dataclass(frozen=True, slots=True)
class Moments:
    """Where bodies were: at ``before``, ``period`` s ago, and at ``now``; between, they moved evenly."""

    before: FloatArray  # (bodies, 7)
    now: FloatArray  # (bodies, 7)
    period: float

    def ago(self, seconds: float) -> FloatArray:
        """Poses (bodies, 7) that long ago, the period at most; to the bit where they are, of what stands still."""
        share = 0.0 if self.period <= 0 else min(seconds / self.period, 1.0)
        poses = self.now.copy()
        # A pose that changed by a rounding error counts as moved: shadows of the whole hall would be drawn anew.
        rows = np.flatnonzero((self.now != self.before).any(axis=1))
        now, before = self.now[rows], self.before[rows]
        flipped = (now[:, 3:] * before[:, 3:]).sum(axis=1) < 0
        before[flipped, 3:] *= -1  # the two quaternions of one turn: take the nearer one
        poses[rows] = (1 - share) * now + share * before
        poses[rows, 3:] /= np.linalg.norm(poses[rows, 3:], axis=1, keepdims=True)
        return poses
