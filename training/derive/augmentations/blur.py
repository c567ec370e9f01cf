"""A lens out of focus."""

from typing import Annotated

import cv2
import numpy as np
from pydantic import Field

from training.derive.augmentations._base import Augmentation, Image


class AUGMENTATION(Augmentation):
    """A Gaussian blur whose width differs from image to image, drawn evenly from 0 to ``sigma``."""

    sigma: Annotated[float, Field(gt=0, le=50)] = 1.5
    """Pixels."""

    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:
        """A new image of the same size."""
        sigma = max(1e-3, rng.uniform(0, self.sigma))
        return np.asarray(cv2.GaussianBlur(rgb, (0, 0), sigma), dtype=np.uint8)
