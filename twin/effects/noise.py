"""The noise of a sensor: of its electronics, and of light itself."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt
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
        return rounded(rgb + cv2.LUT(rgb, deviation) * _normal(rgb.size, rng).reshape(rgb.shape))


def _normal(count: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Normal numbers (count,): stretches of a long row of them, for drawing them anew costs more than all the rest."""
    row = _row()
    pieces = []
    while count > 0:
        begin = int(rng.integers(len(row) - min(count, len(row) // 2) + 1))
        pieces.append(row[begin : begin + min(count, len(row) // 2)])
        count -= len(pieces[-1])
    return np.concatenate(pieces)


@cache
def _row() -> npt.NDArray[np.float32]:
    return np.random.default_rng(2026).standard_normal(2**19, dtype=np.float32)
