"""A lens out of focus."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import cv2
import numpy as np
from pydantic import Field

from twin.effects._base import Effect, Image


class EFFECT(Effect):
    """A Gaussian blur."""

    sigma: Annotated[float, Field(ge=0, le=50)] = 1.0
    """Pixels."""

    typical: ClassVar[Mapping[str, Any]] = {"sigma": {"uniform": [0.0, 1.5]}}

    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:  # noqa: ARG002
        """A new image of the same size."""
        if self.sigma < 0.05:
            return rgb.copy()
        return np.asarray(cv2.GaussianBlur(rgb, (0, 0), self.sigma), dtype=np.uint8)
