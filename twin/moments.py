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
        """Poses (bodies, 7) that long ago, the period at most."""
        share = 0.0 if self.period <= 0 else min(seconds / self.period, 1.0)
        poses = (1 - share) * self.now + share * self.before
        # The two quaternions of one turn: take the nearer one.
        flipped = (self.now[:, 3:] * self.before[:, 3:]).sum(axis=1) < 0
        poses[flipped, 3:] = (1 - share) * self.now[flipped, 3:] - share * self.before[flipped, 3:]
        poses[:, 3:] /= np.linalg.norm(poses[:, 3:], axis=1, keepdims=True)
        return poses
