"""What compression does to a picture."""

from typing import Annotated

import cv2
import numpy as np
from pydantic import Field

from training.derive.augmentations._base import Augmentation, Image


class AUGMENTATION(Augmentation):
    """JPEG at a quality that differs from image to image, drawn evenly."""

    lowest: Annotated[int, Field(ge=1, le=100)] = 30
    highest: Annotated[int, Field(ge=1, le=100)] = 90

    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:
        """A new image of the same size."""
        low, high = sorted((self.lowest, self.highest))
        options = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(low, high + 1))]
        _, data = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), options)
        decoded = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))
        return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), dtype=np.uint8)
