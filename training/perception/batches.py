"""Which images make up each step's batch: a function of seed and step, so that going on needs no memory."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from torch.utils import data

from training.perception.frames import Sample
from training.perception.objects import Objects
from twin.errors import InputError


class Batches(data.Sampler[list[int]]):
    """Indices of images, a list a step, from ``first`` to ``steps``.

    Without ``shares`` all datasets count as one and each image comes once an epoch. With them each dataset has its
    share of every batch, and its images come once an epoch of its own.
    """

    def __init__(
        self, lengths: Sequence[int], size: int, steps: int, seed: int, shares: Sequence[float] = (), first: int = 0
    ) -> None:
        """``lengths``: images of each dataset. ``InputError`` where there is none, or a share is too small."""
        groups = list(lengths) if shares else [sum(lengths)]
        if not all(groups):
            raise InputError("there is no image to learn from in one of the datasets")
        self._starts = np.concatenate([[0], np.cumsum(groups)[:-1]]).tolist()
        self._lengths, self._seed = groups, seed
        self._counts = counts(shares or (1.0,), size)
        self._steps = range(first, steps)
        self._order = lru_cache(maxsize=2 * len(groups))(self._permutation)

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[list[int]]:
        return (self.at(step) for step in self._steps)

    def at(self, step: int) -> list[int]:
        """The images of one step."""
        found: list[int] = []
        for group, (start, length, count) in enumerate(zip(self._starts, self._lengths, self._counts, strict=True)):
            for place in range(step * count, (step + 1) * count):
                epoch, inside = divmod(place, length)
                found.append(start + int(self._order(group, epoch)[inside]))
        return found

    def _permutation(self, group: int, epoch: int) -> npt.NDArray[np.int64]:
        return np.random.default_rng((self._seed, 1, group, epoch)).permutation(self._lengths[group])


def counts(shares: Sequence[float], size: int) -> list[int]:
    """How many images of a batch each share has, one at least; they sum to ``size``. ``InputError``."""
    if len(shares) > size or not all(share > 0 for share in shares):
        raise InputError(f"shares {' '.join(map(str, shares))}: should be above 0, and at most one for each of {size}")
    exact = np.array(shares, np.float64) / sum(shares) * (size - len(shares))
    whole = np.floor(exact).astype(int)
    for group in np.argsort(whole - exact, kind="stable")[: size - len(shares) - whole.sum()]:
        whole[group] += 1
    return [int(n) for n in whole + 1]


def mirrored(sample: Sample) -> Sample:
    """The image as seen in a mirror."""
    width = sample.image.shape[1]
    left, top, right, bottom = sample.objects.boxes.T
    boxes = np.stack([width - right, top, width - left, bottom], axis=1)
    return Sample(
        np.ascontiguousarray(sample.image[:, ::-1]),
        np.ascontiguousarray(sample.semantic[:, ::-1]),
        Objects(boxes, sample.objects.classes, sample.objects.small),
    )
