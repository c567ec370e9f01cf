"""What an effect is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt

from twin.file_model import FileModel

Image: TypeAlias = npt.NDArray[np.uint8]
"""(height, width, 3) sRGB."""


class Effect(FileModel, ABC):
    """What a camera does to its colours. Its fields are its parameters, all of them numbers."""

    typical: ClassVar[Mapping[str, Any]]
    """What its parameters are drawn from where nobody says it, as ``twin.samplers`` reads it."""

    @abstractmethod
    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:
        """A new image of the same size. ``rng`` is for what differs from image to image, such as noise."""


def rounded(values: npt.NDArray[np.float32]) -> Image:
    """Back to bytes."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def linear(rgb: Image) -> npt.NDArray[np.float32]:
    """The light that fell on the sensor, 0 to 1: sRGB undone by its power law of 2.2."""
    return np.asarray(_LINEAR[rgb], dtype=np.float32)


def encoded(light: npt.NDArray[np.float32]) -> Image:
    """Back to sRGB bytes; what is too bright is white."""
    steps = np.clip(light, 0.0, 1.0) * np.float32(len(_ENCODED) - 1) + np.float32(0.5)
    return _ENCODED[steps.astype(np.uint16)]


_LINEAR = (np.arange(256, dtype=np.float32) / 255) ** np.float32(2.2)
_ENCODED = np.rint(255 * np.linspace(0, 1, 4096) ** (1 / 2.2)).astype(np.uint8)
