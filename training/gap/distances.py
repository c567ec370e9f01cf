"""The distance of two samples, how sure it is, and what it would be by chance.

All distances are of one form (Gretton et al., "A Kernel Two-Sample Test", JMLR 2012): with a kernel k and frames x of
A, y of B, ``mean k(x, x') + mean k(y, y') - 2 mean k(x, y)``. With k(x, y) = -|x - y| this is the energy distance
(Székely and Rizzo 2013), with the cubic polynomial of features the KID (Bińkowski et al., ICLR 2018).

Neighbours in a video look alike, so whole blocks of frames are drawn, and the first two means go over pairs of
different blocks only. The distance of two samples of one kind is then 0 on average, and may be negative.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from training.gap.sides import Indices

DRAWS = 1000
"""Of halves, and of reassignments."""
CONFIDENCE = 0.95

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Distance:
    """What is known about one distance."""

    estimate: Estimate
    """Interval: of random halves of the blocks of both sides (the delete-half jackknife, Shao and Wu 1989)."""
    zero: Estimate
    """Between random halves of A: what no distance looks like."""
    p: float
    """Share of random reassignments of the blocks to the sides that are as far apart: small where chance is no
    explanation."""


class Samples:
    """Two samples or more in one kernel matrix. Each block counts as one, by the mean of its frames."""

    def __init__(self, kernel: Matrix, blocks: Sequence[Indices], *, relative: bool) -> None:
        """``blocks``: of each sample, the block of each frame.

        ``relative``: as shares of ``-2 mean k(x, y)`` of the first two.
        """
        self._kernel, self._in_first = kernel, np.arange(len(kernel)) < len(blocks[0])
        ends = np.cumsum([0, *(one.max() + 1 for one in blocks)])
        self._of_frame = np.concatenate([one + begin for one, begin in zip(blocks, ends[:-1], strict=True)])
        member = (np.arange(ends[-1])[:, None] == self._of_frame).astype(np.float64)
        mean = member / member.sum(axis=1, keepdims=True)
        self.blocks = mean @ kernel @ mean.T
        self.samples = tuple(
            ((a <= np.arange(ends[-1])) & (np.arange(ends[-1]) < b)).astype(np.float64) for a, b in pairwise(ends)
        )
        """Of each sample 1 for its blocks, 0 for the others."""
        self._others = self.blocks - np.diag(np.diag(self.blocks))
        self._unit = 1.0
        if relative:
            first, second = self.samples[:2]
            self._unit = -2 * float(first @ self.blocks @ second / first.sum() / second.sum()) or 1.0

    def between(self, some: Matrix, others: Matrix) -> Matrix:
        """The distances of many pairs of samples: rows of 0 and 1 that say which blocks are in, (draws, blocks)."""
        n, m = some.sum(axis=1), others.sum(axis=1)
        within = ((some @ self._others) * some).sum(axis=1) / (n * (n - 1))
        within += ((others @ self._others) * others).sum(axis=1) / (m * (m - 1))
        return (within - 2 * ((some @ self.blocks) * others).sum(axis=1) / (n * m)) / self._unit

    def distance(self, seed: int = 0) -> Distance:
        """Of two samples, with interval, baseline and p; the same every time."""
        rng = np.random.default_rng(seed)
        a, b = self.samples
        value = float(self.between(a[None], b[None])[0])
        ours, rest = random_halves(a, rng)
        zero = self.between(ours, rest)
        shuffled = rng.permuted(np.tile(a, (DRAWS, 1)), axis=1)
        by_chance = self.between(shuffled, 1 - shuffled)
        p = (1 + int((by_chance >= value).sum())) / (1 + DRAWS)
        halves = self.between(ours, random_halves(b, rng)[0])
        return Distance(interval(value, halves), interval(float(zero.mean()), zero), p)

    def strangeness(self) -> Matrix:
        """Of each frame of two samples: how much more it resembles its own than the other (the witness function)."""
        in_a = self._in_first
        other_block = self._of_frame[:, None] != self._of_frame[None, :]
        found = np.empty(len(in_a))
        for i, own in enumerate(in_a):
            mine, theirs = (in_a == own) & other_block[i], in_a != own
            found[i] = self._kernel[i, mine].mean() - self._kernel[i, theirs].mean()
        return found


def random_halves(blocks: Matrix, rng: np.random.Generator) -> tuple[Matrix, Matrix]:
    """Of the blocks marked with 1: many random halves, and what is not in them, (draws, blocks) each."""
    there = np.flatnonzero(blocks)
    order = rng.permuted(np.tile(there, (DRAWS, 1)), axis=1)
    half = np.zeros((DRAWS, len(blocks)))
    np.put_along_axis(half, order[:, : len(there) // 2], 1.0, axis=1)
    return half, blocks - half


def interval(value: float, draws: Matrix) -> Estimate:
    """A value with the percentiles of what was drawn."""
    outside = (1 - CONFIDENCE) / 2
    low, high = np.quantile(draws, (outside, 1 - outside))
    return Estimate(value, float(low), float(high))


def chance(draws: Matrix) -> float:
    """How likely no difference is, from draws of a difference: twice the share of those on the rarer side of 0."""
    rarer = min(int((draws <= 0).sum()), int((draws >= 0).sum()))
    return min(1.0, 2 * (1 + rarer) / (1 + len(draws)))


def corrected(p: dict[str, float]) -> dict[str, float]:
    """For having asked several times (Holm 1979)."""
    found, worst = {}, 0.0
    for rank, (name, value) in enumerate(sorted(p.items(), key=lambda item: item[1])):
        worst = max(worst, min(1.0, (len(p) - rank) * value))
        found[name] = worst
    return found
