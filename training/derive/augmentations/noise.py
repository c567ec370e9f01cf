"""The noise of a sensor's electronics."""

from typing import Annotated

import numpy as np
from pydantic import Field

from training.derive.augmentations._base import Augmentation, Image, rounded


class AUGMENTATION(Augmentation):
    """Normal noise, independent in every pixel and channel."""

    sigma: Annotated[float, Field(gt=0, le=128)] = 6.0
    """Standard deviation, in steps of 255."""

    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:
        """A new image of the same size."""
        return rounded(rgb + np.float32(self.sigma) * rng.standard_normal(rgb.shape, dtype=np.float32))
