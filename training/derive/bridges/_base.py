"""What a bridge is."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Annotated, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import Field

from training.pictures import Image
from twin.file_model import FileModel

BridgeFunction: TypeAlias = Callable[[Image, Image, np.random.Generator], Image]
"""(image, a picture of the target, random generator) -> the image as the target would show it, of the same size."""


class Bridge(FileModel, ABC):
    """Its fields are its parameters."""

    strength: Annotated[float, Field(gt=0, le=1)] = 1.0
    """1: all of the way to the target; 0.5: half of it."""

    def __call__(self, rgb: Image, target: Image, rng: np.random.Generator) -> Image:  # noqa: ARG002
        """A new image of the same size."""
        before, after = rgb.astype(np.float32), self.crossed(rgb, target)
        return np.clip(np.rint(before + np.float32(self.strength) * (after - before)), 0, 255).astype(np.uint8)

    @abstractmethod
    def crossed(self, rgb: Image, target: Image) -> npt.NDArray[np.float32]:
        """The image all of the way to the target, 0 to 255."""
