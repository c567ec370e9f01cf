"""A white balance that is off."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from twin.effects._base import Effect, Image, rounded


class EFFECT(Effect):
    """Gains of the colour channels along the two axes that cameras correct: warm to cold, green to magenta."""

    temperature: Annotated[float, Field(ge=-1, le=1)] = 0.0
    """Above 0 warmer: red is multiplied by 1 + this / 2 and blue divided by it; below 0 colder."""
    tint: Annotated[float, Field(ge=-1, le=1)] = 0.0
    """Above 0 towards magenta: green is divided by 1 + this / 2; below 0 greener."""

    typical: ClassVar[Mapping[str, Any]] = {
        "temperature": {"normal": {"std": 0.2, "low": -0.6, "high": 0.6}},
        "tint": {"uniform": [-0.12, 0.12]},
    }

    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:  # noqa: ARG002
        """A new image of the same size."""
        return np.asarray(cv2.LUT(rgb, _tables(self.temperature, self.tint)), dtype=np.uint8)


@lru_cache(maxsize=64)
def _tables(temperature: float, tint: float) -> npt.NDArray[np.uint8]:
    """What becomes of each value, (1, 256, 3): as OpenCV takes a table for each channel."""
    warm, magenta = _gain(temperature), _gain(tint)
    values = np.arange(256, dtype=np.float32)
    return np.stack([rounded(values * np.float32(gain)) for gain in (warm, 1 / magenta, 1 / warm)], axis=-1)[None]


def _gain(shift: float) -> float:
    return 1 + shift / 2 if shift >= 0 else 1 / (1 - shift / 2)
