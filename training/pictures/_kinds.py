"""What all kinds of pictures have in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Image: TypeAlias = npt.NDArray[np.uint8]
"""(height, width, 3) sRGB."""


@dataclass(frozen=True, slots=True)
class Objects:
    """What is labelled in one picture."""

    classes: tuple[str, ...]
    boxes: npt.NDArray[np.float64]
    """x0, y0, x1, y1 as shares of width and height, shape (objects, 4)."""


class Pictures(ABC):
    """A numbered collection; ``len`` counts them."""

    label: str
    """What it is called in messages."""
    grouped_by: str
    """What a ``group`` is: ``episode`` or ``folder``."""

    @abstractmethod
    def __len__(self) -> int:
        """How many."""

    @abstractmethod
    def title(self, i: int) -> str:
        """What people find the i-th one by."""

    @abstractmethod
    def group(self, i: int) -> str:
        """Its episode or folder: pictures of one episode resemble each other more than those of two."""

    @abstractmethod
    def size(self, i: int) -> tuple[int, int]:
        """Width and height as it is looked at, px, found without decoding it."""

    @abstractmethod
    def rgb(self, i: int, side: int | None = None) -> Image:
        """The i-th one; made smaller, never larger, until its shorter side has ``side`` pixels."""

    @abstractmethod
    def objects(self, i: int) -> Objects | None:
        """Its labelled objects, the building left out; None where nobody says what there is."""

    @abstractmethod
    def digest(self) -> str:
        """SHA-256, hexadecimal, of all of them."""


def shrunk(rgb: Image, side: int | None) -> Image:
    """Means of pixels, so that nothing aliases; at least ``side`` pixels at the shorter side remain."""
    import cv2

    height, width = rgb.shape[:2]
    if side is None or min(height, width) <= side:
        return rgb
    scale = side / min(height, width)
    size = (max(side, round(width * scale)), max(side, round(height * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
