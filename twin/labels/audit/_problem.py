"""What checks find."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from twin.labels._input import LabelInput


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a frame."""

    check: str
    image: str
    """Of the frame's images the one that does not fit: ``rgb``, ``depth`` or ``instance``."""
    message: str

    def __str__(self) -> str:
        return f"{self.check}: {self.image}: {self.message}"


Check: TypeAlias = Callable[[LabelInput], Iterator[Problem]]
