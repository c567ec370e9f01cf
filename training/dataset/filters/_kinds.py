"""The kinds of filters: of episodes, of frames, of the objects in an image, and of how many of those there are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from training.dataset.frames import Rows
    from training.dataset.reader import Dataset
    from training.dataset.schema import EpisodeRecord
    from twin.labels import LabelInput

Mask: TypeAlias = npt.NDArray[np.bool_]
Terms: TypeAlias = tuple[str, ...]


def _always(_terms: Terms, _record: "EpisodeRecord") -> bool:
    return True


@dataclass(frozen=True, slots=True)
class EpisodeFilter:
    """Keeps whole episodes. ``prepare`` checks the terms against a dataset, once; its result judges records."""

    about: str
    prepare: Callable[[Terms, "Dataset"], Callable[["EpisodeRecord"], bool]]


@dataclass(frozen=True, slots=True)
class FrameFilter:
    """Keeps frames: of the rows of an episode, which."""

    about: str
    prepare: Callable[[Terms, "Dataset"], Callable[["Rows"], Mask]]


@dataclass(frozen=True, slots=True)
class ObjectFilter:
    """Tells, of the visible objects of one image, which count. A frame is kept when one of its images shows some."""

    about: str
    prepare: Callable[[Terms, "Dataset"], Callable[["LabelInput"], Mask]]
    possible: Callable[[Terms, "EpisodeRecord"], bool] = _always
    """Whether an episode may show such objects at all: a quick look that spares reading its images."""
    draws: bool = False
    """Whether it asks for labels that need a renderer; such filters look last."""


@dataclass(frozen=True, slots=True)
class ImageFilter:
    """Judges an image by the number of its objects that pass every ``ObjectFilter``."""

    about: str
    prepare: Callable[[Terms, "Dataset"], Callable[[int], bool]]


Filter: TypeAlias = EpisodeFilter | FrameFilter | ObjectFilter | ImageFilter
