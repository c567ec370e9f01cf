"""What is known of a label before it is computed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy.typing as npt

from twin.labels._input import LabelInput

AnyArray: TypeAlias = npt.NDArray[Any]

OBJECTS, POINTS, HEIGHT, WIDTH = "objects", "points", "height", "width"


@dataclass(frozen=True, slots=True)
class Label:
    """A function of a frame. Call it with a ``LabelInput``."""

    compute: Callable[[LabelInput], AnyArray]
    dtype: str
    shape: tuple[int | str, ...]
    """Numbers, or ``objects`` (visible ones), ``points`` (of the object with most keypoints), ``height``, ``width``."""
    unit: str = ""
    needs: tuple[str, ...] = ()
    """What it is computed from beyond one frame: fields of ``LabelInput`` that are None unless given."""

    @property
    def name(self) -> str:
        """Its function's name."""
        return self.compute.__name__

    @property
    def doc(self) -> str:
        """Its function's docstring."""
        return (self.compute.__doc__ or "").strip()

    def can_come_from(self, given: LabelInput) -> bool:
        """Whether ``given`` has everything that it needs."""
        return all(getattr(given, name) is not None for name in self.needs)

    def __call__(self, given: LabelInput) -> AnyArray:
        """The label of one frame: a new array of ``dtype`` and ``shape``."""
        return self.compute(given)
