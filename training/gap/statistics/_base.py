"""What a statistic is."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from training.gap.sides import Frame
from training.pictures import Image

Array = npt.NDArray[np.float64]


class Statistic(ABC):
    """Describes each frame by some numbers."""

    title: str
    """What it is about, in a word or three."""
    labels = False
    """Whether it looks at labelled objects, not at pixels."""
    relative = True
    """Whether distances are given as shares, 0: the same, 1: each side alike in itself and the two different."""

    @abstractmethod
    def describe(self, frames: Sequence[Frame]) -> Array:
        """The frames of both sides, shape (frames, numbers), in units in which differences mean something."""

    @abstractmethod
    def sentence(self, a: Array, b: Array) -> str:
        """How two sides differ, from their rows."""

    def kernel(self, rows: Array) -> Array:
        """How alike any two frames are, (frames, frames): minus their Euclidean distance."""
        from scipy.spatial.distance import cdist

        return -np.asarray(cdist(rows, rows))


def compared(a: Array, b: Array, more: str, less: str, unit: str = "", digits: int = 1) -> str:
    """``A is sharper than B: 3.1 against 2.2``, from the values of each side."""
    ours, theirs = float(np.mean(a)), float(np.mean(b))
    word = more if ours >= theirs else less
    return f"A is {word} than B: {ours:.{digits}f}{unit} against {theirs:.{digits}f}{unit}"


def gray(rgb: Image) -> Array:
    """Luma of ITU-R BT.601, 0 to 255: of what is encoded, as those measured it who defined these statistics."""
    return rgb @ np.array([0.299, 0.587, 0.114])
