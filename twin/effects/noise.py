"""The noise of a sensor: of its electronics, and of light itself."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from twin.effects._base import Effect, Image, rounded


class EFFECT(Effect):
    """Normal noise, independent in every pixel and channel; its variance is that of reading plus that of light."""

    read: Annotated[float, Field(ge=0, le=128)] = 6.0
    """Standard deviation in the dark, in steps of 255."""
    shot: Annotated[float, Field(ge=0, le=128)] = 0.0
    """Standard deviation that light adds in white, in steps of 255; it grows with the root of the value (EMVA 1288)."""

    typical: ClassVar[Mapping[str, Any]] = {"read": {"uniform": [0.5, 6.0]}, "shot": {"uniform": [0.5, 6.0]}}

    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:
        """A new image of the same size."""
        deviation = np.sqrt(self.read**2 + self.shot**2 * np.arange(256) / 255).astype(np.float32)
        return rounded(rgb + deviation[rgb] * rng.standard_normal(rgb.shape, dtype=np.float32))
