"""Ranges of numbers as people type them: ``2:5``, ``2:``, ``:5`` or ``2``, ends included."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.errors import InputError


@dataclass(frozen=True, slots=True)
class Ranges:
    """Several of them, joined by or."""

    bounds: tuple[tuple[float, float], ...]

    @classmethod
    def parse(cls, name: str, terms: Sequence[str], *, share: bool = False) -> "Ranges":
        """``name`` of the filter, for the message; a ``share`` lies in 0..1. Raises ``InputError``."""
        bounds = tuple(_parsed(name, term) for term in terms)
        for term, ends in zip(terms, bounds, strict=True):
            if share and any(math.isfinite(end) and not 0 <= end <= 1 for end in ends):
                raise InputError(f"{name} '{term}': is a share, from 0 to 1")
        return cls(bounds)

    def __contains__(self, value: float) -> bool:
        return any(low <= value <= high for low, high in self.bounds)

    def mask(self, values: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Which of the values lie in one of them."""
        given = np.asarray(values)[..., None]
        low, high = np.array(self.bounds).T
        return ((given >= low) & (given <= high)).any(axis=-1)


def _parsed(name: str, term: str) -> tuple[float, float]:
    low, colon, high = term.partition(":")
    try:
        first = float(low) if low else -math.inf
        last = (float(high) if high else math.inf) if colon else first
    except ValueError:
        first, last = 1.0, 0.0
    if not first <= last or term in ("", ":"):
        raise InputError(f"{name} '{term}': should be LOW:HIGH, LOW:, :HIGH or one number, ends included")
    return first, last
