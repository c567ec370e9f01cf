"""What an augmentation is."""

from abc import ABC, abstractmethod
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

Image: TypeAlias = npt.NDArray[np.uint8]
"""(height, width, 3) sRGB."""


class Augmentation(BaseModel, ABC):
    """Its fields are its parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @abstractmethod
    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:
        """A new image of the same size."""


def rounded(values: npt.NDArray[np.float32]) -> Image:
    """Back to bytes."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
