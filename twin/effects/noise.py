"""The noise of a sensor: of its electronics, and of light itself."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Annotated, Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from twin.effects._base import Effect, Image


class EFFECT(Effect):
    """Normal noise, independent in every pixel and channel; its variance is that of reading plus that of light.

    Small images take a stretch of one long row of normal numbers, each at a place that is drawn.
    """

    read: Annotated[float, Field(ge=0, le=128)] = 6.0
    """Standard deviation in the dark, in steps of 255."""
    shot: Annotated[float, Field(ge=0, le=128)] = 0.0
    """Standard deviation that light adds in white, in steps of 255; it grows with the root of the value (EMVA 1288)."""

    typical: ClassVar[Mapping[str, Any]] = {"read": {"uniform": [0.5, 6.0]}, "shot": {"uniform": [0.5, 6.0]}}

    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:
        """A new image of the same size."""
        noise = cv2.multiply(cv2.LUT(rgb, _deviations(self.read, self.shot)), _normal(rgb.size, rng).reshape(rgb.shape))
        return np.asarray(cv2.add(rgb, noise, dtype=cv2.CV_8U), dtype=np.uint8)


@lru_cache(maxsize=64)
def _deviations(read: float, shot: float) -> npt.NDArray[np.float32]:
    """For each value of a pixel."""
    return np.sqrt(read**2 + shot**2 * np.arange(256) / 255).astype(np.float32)


def _normal(count: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Normal numbers (count,). To draw them anew costs more than all the rest, which large images have to bear."""
    row = _row()
    if count > len(row) // 2:
        return rng.standard_normal(count, dtype=np.float32)
    begin = int(rng.integers(len(row) - count + 1))
    return row[begin : begin + count]


@cache
def _row() -> npt.NDArray[np.float32]:
    return np.random.default_rng(2026).standard_normal(2**19, dtype=np.float32)
