"""How much light reaches the sensor, and how steep its curve is."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from twin.effects._base import Effect, Image, rounded


class EFFECT(Effect):
    """Exposure in photographers' stops and contrast; what is too bright is white, as on a sensor."""

    stops: Annotated[float, Field(ge=-6, le=6)] = 0.0
    """Each one doubles the light."""
    contrast: Annotated[float, Field(ge=0, le=4)] = 1.0
    """Factor by which values are spread about middle grey."""

    typical: ClassVar[Mapping[str, Any]] = {"stops": {"uniform": [-0.8, 0.8]}, "contrast": {"uniform": [0.75, 1.25]}}

    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:  # noqa: ARG002
        """A new image of the same size."""
        return np.asarray(cv2.LUT(rgb, _table(self.stops, self.contrast)), dtype=np.uint8)


@lru_cache(maxsize=64)
def _table(stops: float, contrast: float) -> npt.NDArray[np.uint8]:
    """What becomes of each value."""
    values = np.arange(256, dtype=np.float32) * np.float32(2 ** (stops / 2.2))
    return rounded((np.minimum(values, 255) - 118) * np.float32(contrast) + 118)
