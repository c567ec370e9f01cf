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
MOST = 4000
"""Frames of all sides together: each is compared with each, in a table of 128 MB a statistic."""
MOST_BYTES = 2_000_000_000
"""Of their pixels."""

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
    picture of all decides. ``labels`` are read where every collection has some. Raises ``InputError`` for too few, and
    for more than there is memory for.
    """
    chosen = [evenly(one, frames) for one in pictures]
    few_enough(sum(map(len, chosen)))
    shapes = [one.size(i) for one, indices in zip(pictures, chosen, strict=True) for i in indices]
    smallest = min(map(min, shapes))
    _small_enough(shapes, min(size, smallest))
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


def evenly(pictures: Pictures, count: int) -> list[int]:
    """At most ``count`` of them, from the first to the last; raises ``InputError`` where there are too few."""
    total = len(pictures)
    if total < FEWEST:
        have = f"{total} picture{'s' * (total > 1)}"
        raise InputError(f"{pictures.label}: has {have}; a gap can be told from chance with {FEWEST} or more")
    return [int(i) for i in np.unique(np.linspace(0, total - 1, min(total, count)).round())]


def few_enough(count: int) -> None:
    """Raise ``InputError`` for more frames, of all sides together, than can be compared each with each."""
    if count > MOST:
        raise InputError(
            f"--frames: {count:,} pictures in all are too many to compare each with each, at most {MOST:,}"
        )


def _small_enough(shapes: Sequence[tuple[int, int]], size: int) -> None:
    needed = sum(3 * size * size * max(shape) // min(shape) for shape in shapes)
    if needed > MOST_BYTES:
        raise InputError(
            f"--size {size}: {len(shapes):,} pictures of this size take {needed / 1e9:.1f} GB, at most "
            f"{MOST_BYTES / 1e9:g}: fewer --frames, or a smaller --size"
        )


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
