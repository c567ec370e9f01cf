"""Compares two collections of pictures in everything that ``statistics`` know."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from training.gap.distances import Distance, Samples, corrected
from training.gap.sides import Side, sides
from training.gap.statistics import Statistic, statistics
from training.pictures import Pictures

KID = "random_feature_kid"
FRAMES, SIZE = 200, 128
SHOWN = 6
"""Frames of each side that are named as furthest from the other."""
CHANCE = 0.05
FEW_EPISODES = 4


@dataclass(frozen=True, slots=True)
class Measured:
    """One statistic of two sides."""

    name: str
    title: str
    distance: Distance
    p: float
    """Of the distance, corrected for as many questions as were asked."""
    detail: str
    """How the two differ."""
    relative: bool
    """Whether the distance is a share."""

    @property
    def apart(self) -> bool:
        """Whether chance is no explanation."""
        return self.p <= CHANCE

    @property
    def sentence(self) -> str:
        """In words."""
        return f"{self.detail}." if self.apart else f"No difference in {self.title} that chance would not explain."


@dataclass(frozen=True)
class Gap:
    """Everything that is known about the distance of A and B."""

    a: Side
    b: Side
    measured: tuple[Measured, ...]
    """The KID first, then those that tell the two apart, the largest distance first."""
    furthest: tuple[tuple[int, ...], tuple[int, ...]]
    """Positions in ``frames`` of A's that are least like B, the worst first, and of B's least like A."""
    remarks: tuple[str, ...]
    seed: int

    @property
    def kid(self) -> Measured:
        """The random-feature KID."""
        return next(one for one in self.measured if one.name == KID)

    @property
    def size(self) -> int:
        """Shorter side of the frames as they were compared, px."""
        return min(self.a.frames[0].rgb.shape[:2])

    def document(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "a": _about(self.a, self.furthest[0]),
            "b": _about(self.b, self.furthest[1]),
            "size": self.size,
            "seed": self.seed,
            "statistics": {one.name: _numbers(one) for one in self.measured},
            "remarks": list(self.remarks),
        }


def measure(
    a: Pictures,
    b: Pictures,
    *,
    frames: int = FRAMES,
    size: int = SIZE,
    seed: int = 0,
    done: Callable[[int], None] = lambda _: None,
) -> Gap:
    """Compare at most ``frames`` of each, at most ``size`` px at the shorter side; ``done(frames)`` as they are read.

    Raises ``InputError`` for sides that are too small or cannot be read.
    """
    one, other = sides([a, b], frames, size, done)
    found, kernel_of_kid = {}, None
    for name, statistic in statistics().items():
        if statistic.labels and one.frames[0].objects is None:
            continue
        samples, words = compare(statistic, one, other)
        found[name] = (statistic, samples.distance(seed), words)
        kernel_of_kid = samples if name == KID else kernel_of_kid
    assert kernel_of_kid is not None
    p = corrected({name: distance.p for name, (_, distance, _) in found.items()})
    measured = [
        Measured(name, statistic.title, distance, p[name], words, statistic.relative)
        for name, (statistic, distance, words) in found.items()
    ]
    measured.sort(key=lambda m: (m.name != KID, not m.apart, -m.distance.estimate.value))
    remarks = tuple(_remarks(one, other))
    return Gap(one, other, tuple(measured), _furthest(one, other, kernel_of_kid), remarks, seed)


def compare(statistic: Statistic, a: Side, b: Side) -> tuple[Samples, str]:
    """One statistic of two sides, and how they differ in words."""
    rows = statistic.describe([*a.frames, *b.frames])
    words = statistic.sentence(rows[: len(a)], rows[len(a) :])
    return Samples(statistic.kernel(rows), [a.blocks, b.blocks], relative=statistic.relative), words


def _furthest(a: Side, b: Side, samples: Samples) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The worst of each block, the worst blocks first."""
    strange = samples.strangeness()
    found = []
    for side, values in ((a, strange[: len(a)]), (b, strange[len(a) :])):
        worst = [int(i) for i in np.argsort(-values, kind="stable")]
        first = {int(side.blocks[i]): i for i in reversed(worst)}
        found.append(tuple(i for i in worst if first[int(side.blocks[i])] == i)[:SHOWN])
    return found[0], found[1]


def _remarks(a: Side, b: Side) -> Iterator[str]:
    """What somebody should know who reads the numbers."""
    for name, side in (("A", a), ("B", b)):
        total = len(side.pictures)
        if len(side) < total:
            yield f"Of {name}'s {total:,} pictures {len(side)} were looked at, spread evenly."
        if side.pictures.grouped_by == "episode" and side.groups < FEW_EPISODES:
            count = f"{side.groups} episodes" if side.groups > 1 else "one episode"
            yield f"{name}'s pictures are of {count}: some of the gap may be what these happen to show."
    if a.frames[0].objects is None:
        yield "Objects were not compared: labels are needed on both sides."


def _about(side: Side, furthest: tuple[int, ...]) -> dict[str, Any]:
    return {
        "label": side.pictures.label,
        "pictures": len(side.pictures),
        "looked_at": len(side),
        "groups": side.groups,
        "furthest": [side.pictures.title(side.frames[i].index) for i in furthest],
    }


def _numbers(one: Measured) -> dict[str, Any]:
    return {
        "title": one.title,
        **asdict(one.distance.estimate),
        "zero": asdict(one.distance.zero),
        "p": one.distance.p,
        "p_corrected": one.p,
        "apart": one.apart,
        "relative": one.relative,
        "sentence": one.sentence,
    }
