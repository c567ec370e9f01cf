"""Statistics as LeRobot keeps them for normalising: of each episode, and of all.

Shapes are those of one frame's value, of pictures (3, 1, 1) with values scaled to 0..1. Quantiles over all episodes
are, as LeRobot's own are, means of the episodes' quantiles.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from training.dataset.schema import AnyArray

Stats = dict[str, AnyArray]

QUANTILES = {"q01": 0.01, "q10": 0.10, "q50": 0.50, "q90": 0.90, "q99": 0.99}
VALUES = np.arange(256) / 255.0
"""What a stored colour stands for."""


def of_values(values: AnyArray) -> Stats:
    """Of values of shape (frames, ...)."""
    rows = values.reshape(len(values), -1) if values.ndim == 1 else values
    rows = rows.astype(np.float64)
    quantiles = np.quantile(rows, list(QUANTILES.values()), axis=0, method="inverted_cdf")
    return {
        "min": rows.min(axis=0),
        "max": rows.max(axis=0),
        "mean": rows.mean(axis=0),
        "std": rows.std(axis=0),
        "count": np.array([len(rows)]),
        **dict(zip(QUANTILES, quantiles, strict=True)),
    }


def histogram(rgb: AnyArray) -> AnyArray:
    """How often each value occurs in each channel of (height, width, 3) uint8: shape (3, 256)."""
    return np.stack([np.bincount(rgb[..., channel].ravel(), minlength=256) for channel in range(3)])


def of_pictures(counts: AnyArray, frames: int) -> Stats:
    """Of all pixels of an episode, from the sum of its frames' histograms."""
    share = counts / counts.sum(axis=1, keepdims=True)
    reached = np.cumsum(share, axis=1)
    mean = share @ VALUES
    found = {
        "min": VALUES[(counts > 0).argmax(axis=1)],
        "max": VALUES[255 - (counts[:, ::-1] > 0).argmax(axis=1)],
        "mean": mean,
        "std": np.sqrt(np.maximum(share @ VALUES**2 - mean**2, 0)),
        **{name: VALUES[(reached >= q).argmax(axis=1)] for name, q in QUANTILES.items()},
    }
    return {"count": np.array([frames]), **{name: value.reshape(3, 1, 1) for name, value in found.items()}}


def merged(episodes: Sequence[Stats]) -> Stats:
    """Over several episodes, each as heavy as its frames."""
    weights = np.array([float(stats["count"][0]) for stats in episodes])
    weights /= weights.sum()

    def mean(values: Sequence[AnyArray]) -> AnyArray:
        return np.tensordot(weights, np.stack(values), axes=1)

    centre = mean([stats["mean"] for stats in episodes])
    return {
        "min": np.min([stats["min"] for stats in episodes], axis=0),
        "max": np.max([stats["max"] for stats in episodes], axis=0),
        "mean": centre,
        "std": np.sqrt(mean([stats["std"] ** 2 + (stats["mean"] - centre) ** 2 for stats in episodes])),
        "count": np.sum([stats["count"] for stats in episodes], axis=0),
        **{name: mean([stats[name] for stats in episodes]) for name in QUANTILES},
    }


def plain(stats: Mapping[str, AnyArray]) -> dict[str, Any]:
    """As lists."""
    return {name: value.tolist() for name, value in stats.items()}
