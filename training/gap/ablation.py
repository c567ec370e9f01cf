"""Which of several things narrows the gap to a target: each left out in turn, everything else as it was."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np

from training.gap.distances import Estimate, Matrix, Samples, interval, random_halves
from training.gap.measure import FRAMES, KID, SIZE
from training.gap.sides import Side, sides
from training.gap.statistics import statistics
from training.pictures import Pictures
from twin.errors import InputError

Draw: TypeAlias = Callable[[str | None], Pictures]
"""Name of what is left out, or None -> pictures. The same episodes each time, as far as what is left out allows."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What one of them does to the gap."""

    name: str
    gap: Estimate
    """Random-feature KID to the target without it."""
    change: Estimate
    """How much larger the gap is without it: above 0, it narrows the gap."""

    @property
    def verdict(self) -> str:
        """``narrows``, ``widens`` or ``no effect seen``."""
        if self.change.low > 0:
            return "narrows"
        return "widens" if self.change.high < 0 else "no effect seen"


@dataclass(frozen=True)
class Ablation:
    """The whole table, what narrows the gap most first."""

    target: Side
    whole: Estimate
    """The gap with all of them."""
    left_out: tuple[LeftOut, ...]

    @property
    def sentence(self) -> str:
        """What to conclude."""
        first = self.left_out[0]
        if first.verdict != "narrows":
            return "None of them narrows the gap by more than chance explains, with so many pictures."
        return f"'{first.name}' narrows the gap most: without it, it is larger by {first.change.value:.3f}."

    def document(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "target": {"label": self.target.pictures.label, "looked_at": len(self.target)},
            "statistic": KID,
            "gap": asdict(self.whole),
            "without": {
                one.name: {"gap": asdict(one.gap), "change": asdict(one.change), "verdict": one.verdict}
                for one in self.left_out
            },
            "sentence": self.sentence,
        }


def ablate(
    draw: Draw,
    names: Sequence[str],
    target: Pictures,
    *,
    frames: int = FRAMES,
    size: int = SIZE,
    seed: int = 0,
    done: Callable[[int], None] = lambda _: None,
) -> Ablation:
    """The gap between ``draw(None)`` and ``target``, and between ``draw(name)`` and ``target`` for each name.

    Intervals of changes are of the same halves of target and episodes with and without, so that what both have in
    common drops out. ``done(1)`` is called after each drawing. Raises ``InputError`` for too few pictures.
    """
    if not names:
        raise InputError("there is nothing to leave out")
    drawn = []
    for name in (None, *names):
        drawn.append(draw(name))
        done(1)
    ours, whole, *without = sides([target, *drawn], frames, size, labels=False)
    kid = statistics()[KID]
    every = [ours, whole, *without]
    rows = kid.describe([frame for side in every for frame in side.frames])
    samples = Samples(kid.kernel(rows), [side.blocks for side in every], relative=kid.relative)
    of_target, of_whole, *of_others = samples.samples
    rng = np.random.default_rng(seed)
    half_of_target = random_halves(of_target, rng)[0]
    half_of_whole = random_halves(of_whole, rng)[0]

    def gap(sample: Matrix, half: Matrix) -> tuple[float, Matrix]:
        return float(samples.between(sample[None], of_target[None])[0]), samples.between(half, half_of_target)

    value, draws = gap(of_whole, half_of_whole)
    found = []
    for name, sample in zip(names, of_others, strict=True):
        half = _moved(half_of_whole, of_whole, sample)
        other, others = gap(sample, random_halves(sample, rng)[0] if half is None else half)
        found.append(LeftOut(name, interval(other, others), interval(other - value, others - draws)))
    found.sort(key=lambda one: -one.change.value)
    return Ablation(ours, interval(value, draws), tuple(found))


def _moved(half: Matrix, begin: Matrix, end: Matrix) -> Matrix | None:
    """The same choices among the blocks of another sample; None where it has fewer or more of them."""
    if begin.sum() != end.sum():
        return None
    moved = np.zeros_like(half)
    moved[:, end > 0] = half[:, begin > 0]
    return moved
