"""The two sides of a comparison: some frames of each, equally large, and which of them belong together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.pictures import Image, Objects, Pictures
from twin.errors import InputError

FEWEST = 8
"""Frames of a side: with fewer, chance explains anything."""
BLOCKS = 24
"""Of a side, at least, where it has so many frames. Fewer episodes than this are cut into stretches."""

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture that is looked at."""

    index: int
    """Among the pictures of its side."""
    rgb: Image
    objects: Objects | None


@dataclass(frozen=True)
class Side:
    """What is looked at of one collection."""

    pictures: Pictures
    frames: tuple[Frame, ...]
    blocks: Indices
    """Number of the block that each frame is in. Frames of a block may resemble each other; those of two are
    taken as drawn independently."""
    groups: int
    """Episodes or folders that the frames are of."""

    def __len__(self) -> int:
        return len(self.frames)


def sides(
    pictures: Sequence[Pictures],
    frames: int,
    size: int,
    done: Callable[[int], None] = lambda _: None,
    *,
    labels: bool = True,
) -> list[Side]:
    """At most ``frames`` of each, spread evenly, all shrunk to the same shorter side of at most ``size`` px.

    The same, because a smaller picture is sharper and less noisy whatever it shows; never enlarged, so the smallest
    picture of all decides. ``labels`` are read where every collection has some. Raises ``InputError`` for too few.
    """
    chosen = [_spread(one, frames) for one in pictures]
    smallest = min(min(one.size(i)) for one, indices in zip(pictures, chosen, strict=True) for i in indices)
    labelled = labels and all(
        one.objects(indices[0]) is not None for one, indices in zip(pictures, chosen, strict=True)
    )
    made = []
    for one, indices in zip(pictures, chosen, strict=True):
        looked_at = []
        for i in indices:
            looked_at.append(Frame(i, one.rgb(i, min(size, smallest)), one.objects(i) if labelled else None))
            done(1)
        groups = [one.group(i) for i in indices]
        made.append(Side(one, tuple(looked_at), blocks(groups), len(set(groups))))
    return made


def _spread(pictures: Pictures, count: int) -> list[int]:
    total = len(pictures)
    if total < FEWEST:
        have = f"{total} picture{'s' * (total > 1)}"
        raise InputError(f"{pictures.label}: has {have}; a gap can be told from chance with {FEWEST} or more")
    return [int(i) for i in np.unique(np.linspace(0, total - 1, min(total, count)).round())]


def blocks(groups: Sequence[str]) -> Indices:
    """A number for each frame: its group, or its stretch of the group where there are fewer groups than ``BLOCKS``.

    >>> blocks(["a", "a", "b", "b"]).tolist()
    [0, 1, 2, 3]
    """
    names, numbers = np.unique(groups, return_inverse=True)
    longest = len(groups) if len(names) >= BLOCKS else -(-len(groups) // BLOCKS)
    found = np.empty(len(groups), np.int64)
    begun = 0
    for group in range(len(names)):
        members = np.flatnonzero(numbers == group)
        for stretch in np.array_split(members, -(-len(members) // longest)):
            found[stretch] = begun
            begun += 1
    return found
