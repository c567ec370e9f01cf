"""What whoever uses a frame has to know about its pixels: small arrays of yes and no, there where any frame is marked.

Every export carries them with each image, and says how many frames are marked.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from training.dataset.schema import AnyArray, ArraySpec

if TYPE_CHECKING:
    from training.dataset.reader import Dataset

CONTAINS_REAL_PIXELS, REDACTED = "contains_real_pixels", "redacted"

SPECS = (
    ArraySpec(
        name=CONTAINS_REAL_PIXELS,
        dtype="bool",
        description="whether colours are those of a photograph in part; what is not labelled there may be anything",
    ),
    ArraySpec(name=REDACTED, dtype="bool", description="whether regions were made unrecognisable"),
)
NAMES = tuple(spec.name for spec in SPECS)


def of(values: Mapping[str, Any]) -> dict[str, bool]:
    """Of one frame, from its arrays; what a dataset has no array for holds for none of its frames."""
    return {name: bool(values[name]) if name in values else False for name in NAMES}


def any_of(rows: Mapping[str, AnyArray]) -> dict[str, bool]:
    """Of an episode: whether any of its frames is marked."""
    return {name: bool(np.any(rows[name])) if name in rows else False for name in NAMES}


def counts(dataset: "Dataset") -> dict[str, int]:
    """How many frames are marked."""
    frames = range(dataset.frames)
    return {n: int(dataset.batch(frames, n)[n].sum()) if n in dataset.arrays else 0 for n in NAMES}


def row(*, contains_real_pixels: bool, redacted: bool) -> dict[str, AnyArray]:
    """The values of one frame."""
    return {CONTAINS_REAL_PIXELS: np.asarray(contains_real_pixels), REDACTED: np.asarray(redacted)}


def drawn_anew(values: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    """Of a frame all of whose images were rendered again: nothing of a photograph is left in them."""
    return {name: np.asarray(False) for name in NAMES if name in values}
