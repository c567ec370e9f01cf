"""Random-feature KID: whether pictures look different, in whatever way."""

from collections.abc import Sequence

import numpy as np

from training.gap.random_features import features
from training.gap.sides import Frame
from training.gap.statistics._base import Array, Statistic


class RandomFeatureKid(Statistic):
    """The kernel of the KID (Bińkowski et al., ICLR 2018) on features of a random network.

    Not comparable with a KID or FID of Inception features, and not meant to be: nothing is downloaded, and only which
    of two gaps is larger counts.
    """

    title = "random-feature KID"
    relative = False

    def describe(self, frames: Sequence[Frame]) -> Array:
        """See ``random_features``."""
        return features([frame.rgb for frame in frames])

    def kernel(self, rows: Array) -> Array:
        """(x . y / d + 1)^3 of d features."""
        return np.asarray((rows @ rows.T / rows.shape[1] + 1) ** 3)

    def sentence(self, a: Array, b: Array) -> str:
        """The size of the difference, in spreads of A's features."""
        apart = np.abs(a.mean(axis=0) - b.mean(axis=0)) / np.maximum(a.std(axis=0), 1e-9)
        return f"A random network sees two kinds of pictures: features differ by {np.median(apart):.2f} of their spread"


STATISTIC = RandomFeatureKid()
