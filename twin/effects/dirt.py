"""Dust and drops on the lens."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from twin.effects._base import Effect, Image, rounded


class EFFECT(Effect):
    """Specks out of focus that darken and soften what is behind them. They stay where they are."""

    amount: Annotated[float, Field(ge=0, le=1)] = 0.3
    """Share of the image that is covered, nearly."""
    opacity: Annotated[float, Field(ge=0, le=1)] = 0.6
    """How much of the light a speck takes in its middle."""
    pattern: Annotated[float, Field(ge=0, lt=2**31)] = 0
    """Which specks: their seed."""

    typical: ClassVar[Mapping[str, Any]] = {
        "amount": {"uniform": [0.02, 0.3]},
        "opacity": {"uniform": [0.3, 0.8]},
        "pattern": {"uniform": [0, 2**31 - 1]},
    }

    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:  # noqa: ARG002
        """A new image of the same size."""
        cover = self.opacity * _specks(rgb.shape[0], rgb.shape[1], self.amount, int(self.pattern))[..., None]
        soft = cv2.GaussianBlur(rgb, (0, 0), max(0.5, 0.02 * rgb.shape[0])).astype(np.float32)
        return rounded(rgb * (1 - cover) + (0.25 * soft + np.float32(28.0)) * cover)


@lru_cache(maxsize=4)  # they are as large as images
def _specks(height: int, width: int, amount: float, pattern: int) -> npt.NDArray[np.float32]:
    """How much of each pixel (height, width) is covered, 0 to 1."""
    rng = np.random.default_rng(pattern)
    mask = np.zeros((height, width), np.float32)
    wanted, covered = amount * height * width, 0.0
    while covered < wanted:
        radius = height * float(rng.uniform(0.01, 0.09))
        center = int(rng.uniform(0, width)), int(rng.uniform(0, height))
        cv2.ellipse(
            mask,
            center,
            (max(1, int(radius)), max(1, int(radius * rng.uniform(0.6, 1)))),
            float(rng.uniform(0, 180)),
            0,
            360,
            float(rng.uniform(0.4, 1)),
            -1,
        )
        covered += 2.5 * radius**2
    cover = np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.4, 0.012 * height)), dtype=np.float32)
    cover.flags.writeable = False
    return cover
