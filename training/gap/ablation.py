"""Which of several things narrows the gap to a target: each left out in turn, everything else as it was."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from training.gap.distances import Estimate, Matrix, Samples, chance, corrected, interval, random_halves
from training.gap.measure import CHANCE, FRAMES, KID, SIZE
from training.gap.sides import Side, evenly, few_enough, sides
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
    p: float
    """How likely such a change is by chance, corrected for as many of them as were left out."""

    @property
    def verdict(self) -> str:
        """``narrows``, ``widens`` or ``no effect seen``."""
        if self.p > CHANCE:
            return "no effect seen"
        return "narrows" if self.change.value > 0 else "widens"


@dataclass(frozen=True)
class Ablation:
    """The whole table, those without which the gap is largest first."""

    target: Side
    whole: Estimate
    """The gap with all of them."""
    left_out: tuple[LeftOut, ...]
    rivals: tuple[str, ...] = ()
    """Those of which chance may have decided that ``best`` narrows the gap more than they do."""

    @property
    def best(self) -> LeftOut | None:
        """Of those that narrow the gap the one without which it is largest."""
        return next((one for one in self.left_out if one.verdict == "narrows"), None)

    @property
    def sentence(self) -> str:
        """What to conclude."""
        if self.best is None:
            return "None of them narrows the gap by more than chance explains, with so many pictures."
        most = "" if self.rivals else " most"
        found = f"'{self.best.name}' narrows the gap{most}: without it, it is larger by {self.best.change.value:.3f}."
        if self.rivals:
            others = " or ".join(f"'{name}'" for name in self.rivals)
            found += f" Whether it or {others} narrows it more, chance may have decided."
        return found

    def document(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "target": {"label": self.target.pictures.label, "looked_at": len(self.target)},
            "statistic": KID,
            "gap": asdict(self.whole),
            "without": {
                one.name: {
                    "gap": asdict(one.gap),
                    "change": asdict(one.change),
                    "p_corrected": one.p,
                    "verdict": one.verdict,
                }
                for one in self.left_out
            },
            "rivals": list(self.rivals),
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
    common drops out. ``done(1)`` is called after each drawing. Raises ``InputError`` for too few pictures, and for too
    many; for those of the target before anything is drawn.
    """
    if not names:
        raise InputError("there is nothing to leave out")
    looked_at = evenly(target, frames)
    for i in looked_at:
        target.size(i)  # says what is no picture
    drawn = []
    for name in (None, *names):
        drawn.append(draw(name))
        if name is None:
            few_enough(len(looked_at) + (1 + len(names)) * len(evenly(drawn[0], frames)))
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
    gaps: dict[str, tuple[float, Matrix]] = {}
    for name, sample in zip(names, of_others, strict=True):
        half = _moved(half_of_whole, of_whole, sample)
        gaps[name] = gap(sample, random_halves(sample, rng)[0] if half is None else half)
    p = corrected({name: chance(others - draws) for name, (_, others) in gaps.items()})
    found = [
        LeftOut(name, interval(other, others), interval(other - value, others - draws), p[name])
        for name, (other, others) in gaps.items()
    ]
    found.sort(key=lambda one: -one.change.value)
    whole_table = Ablation(ours, interval(value, draws), tuple(found))
    return replace(whole_table, rivals=_rivals(whole_table.best, {name: others for name, (_, others) in gaps.items()}))


def _rivals(best: LeftOut | None, draws: Mapping[str, Matrix]) -> tuple[str, ...]:
    """Of whom the same draws do not tell that the gap without ``best`` is larger than the gap without them."""
    if best is None:
        return ()
    p = corrected({name: chance(draws[best.name] - others) for name, others in draws.items() if name != best.name})
    return tuple(name for name, value in p.items() if value > CHANCE)


def _moved(half: Matrix, begin: Matrix, end: Matrix) -> Matrix | None:
    """The same choices among the blocks of another sample; None where it has fewer or more of them."""
    if begin.sum() != end.sum():
        return None
    moved = np.zeros_like(half)
    moved[:, end > 0] = half[:, begin > 0]
    return moved
