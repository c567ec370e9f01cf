"""Exposure and contrast that differ from image to image."""

from typing import Annotated

import numpy as np
from pydantic import Field

from training.derive.augmentations._base import Augmentation, Image, rounded


class AUGMENTATION(Augmentation):
    """Each image gets a gain and a contrast of its own, drawn evenly."""

    brightness: Annotated[float, Field(ge=0, le=1)] = 0.3
    """The gain lies within 1 plus or minus this."""
    contrast: Annotated[float, Field(ge=0, le=1)] = 0.3
    """So does the factor by which values are spread about the image's mean."""

    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:
        """A new image of the same size."""
        gain, spread = 1 + rng.uniform(-1, 1, 2) * (self.brightness, self.contrast)
        values = rgb.astype(np.float32) * np.float32(gain)
        mean = values.mean(dtype=np.float64)
        return rounded((values - np.float32(mean)) * np.float32(spread) + np.float32(mean))
