"""Which frame of which parent each frame of a derived dataset was made of: three small arrays."""

from collections.abc import Sequence

import numpy as np

from training.dataset.schema import AnyArray, ArraySpec

PARENT, EPISODE, FRAME = "source/parent", "source/episode", "source/frame"

ARRAYS = (
    ArraySpec(name=PARENT, dtype="int32", description="which of the root attribute 'parents' the frame was made of"),
    ArraySpec(name=EPISODE, dtype="int64", description="number of the episode there"),
    ArraySpec(name=FRAME, dtype="int64", description="frame in that episode"),
)


def with_sources(arrays: Sequence[ArraySpec]) -> tuple[ArraySpec, ...]:
    """These arrays, and those that name the parents; what a parent says of its own parents is left to it."""
    return (*without_sources(arrays), *ARRAYS)


def without_sources(arrays: Sequence[ArraySpec]) -> tuple[ArraySpec, ...]:
    """These arrays but those that name parents."""
    names = {spec.name for spec in ARRAYS}
    return tuple(spec for spec in arrays if spec.name not in names)


def source(parent: int, episode: int, frame: int) -> dict[str, AnyArray]:
    """The three values of one frame."""
    return {PARENT: np.asarray(parent), EPISODE: np.asarray(episode), FRAME: np.asarray(frame)}
