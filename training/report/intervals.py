"""How sure a mean is, and a difference: 95 % intervals and tests."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CONFIDENCE = 0.95
RESAMPLES = 4000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over ``count`` episodes and the interval around it."""

    mean: float
    low: float
    high: float
    count: int


def proportion(flags: Sequence[bool]) -> Estimate | None:
    """A share, with Wilson's interval: it stays within 0 and 1, and has a width at 0 of n and at n of n."""
    from scipy.stats import binomtest

    if not flags:
        return None
    found = binomtest(sum(map(bool, flags)), len(flags)).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(float(np.mean(flags)), float(found.low), float(found.high), len(flags))


def differ(some: Sequence[bool], others: Sequence[bool]) -> bool:
    """Whether two shares differ by more than chance explains (Fisher's exact test)."""
    from scipy.stats import fisher_exact

    table = np.array([[sum(map(bool, flags)), sum(not flag for flag in flags)] for flags in (some, others)])
    return bool(fisher_exact(table).pvalue < 1 - CONFIDENCE)


def mean(values: Sequence[float]) -> Estimate | None:
    """A mean, with the percentiles of means of resampled values (bootstrap); the same every time."""
    if not values:
        return None
    given = np.asarray(values, dtype=np.float64)
    drawn = np.random.default_rng(0).integers(len(given), size=(RESAMPLES, len(given)))
    outside = (1 - CONFIDENCE) / 2
    low, high = np.quantile(given[drawn].mean(axis=1), (outside, 1 - outside))
    return Estimate(float(given.mean()), float(low), float(high), len(given))
