"""What an axis is, and what it is measured from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from training.stills.stages import Stage
from twin.geometry import FloatArray
from twin.labels import LabelInput

Bins: TypeAlias = Mapping[str, tuple[float, float]]
"""Name -> from, up to but not including."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame, and which of its visible objects are asked about."""

    stage: Stage
    given: LabelInput
    picked: npt.NDArray[np.int64]
    """Rows of ``given.objects``."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A quantity of an object in a frame."""

    measure: Callable[[Seen], FloatArray]
    """Of each picked object, (n,); NaN where there is no saying."""
    bins: Bins
    """Unless the targets name others."""
    unit: str = ""
    cost: float = 0.0
    """Cheap axes are measured first; what they leave no cell for is not measured by dear ones."""
    needs_colors: bool = False
    """Whether frames are to be drawn in the dataset's own quality."""
    fixed: bool = False
    """Whether the bins are what they are."""
