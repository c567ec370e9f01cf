"""Two agents on the same episodes, one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.evaluation.score_table import COMPARED, Episodes
from training.report.intervals import CONFIDENCE, Estimate, mean
from twin.errors import InputError


@dataclass(frozen=True, slots=True)
class Comparison:
    """The second agent against the first."""

    first: str
    second: str
    wins: int
    """Episodes in which only the second succeeded."""
    losses: int
    """Episodes in which only the first did."""
    both: int
    neither: int
    p_value: float
    """Of so uneven a split of wins and losses by chance alone (McNemar's exact test)."""
    differences: Mapping[str, Estimate | None]
    """Second minus first, mean over the episodes with a bootstrap interval, of each score that is ``COMPARED``; and
    ``time_ratio``, over those in which both succeeded."""
    differing: tuple[Mapping[str, Any], ...]
    """Episodes that did not end alike."""

    @property
    def sure(self) -> bool:
        """Whether success differs by more than chance explains."""
        return self.p_value < 1 - CONFIDENCE

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        plain = {
            name: None if found is None else {"mean": found.mean, "low": found.low, "high": found.high}
            for name, found in self.differences.items()
        }
        return {
            "first": self.first,
            "second": self.second,
            **{name: getattr(self, name) for name in ("wins", "losses", "both", "neither", "p_value")},
            "differences": plain,
            "differing": list(self.differing),
        }


def compare(first: str, some: Episodes, second: str, others: Episodes) -> Comparison:
    """Raises ``InputError`` where the two did not drive the same episodes."""
    from scipy.stats import binomtest

    pairs = list(zip(some, others, strict=False))
    if len(some) != len(others) or any(_episode(a) != _episode(b) for a, b in pairs):
        raise InputError(f"{first} and {second} did not drive the same episodes: nothing to compare one by one")
    ended = [(bool(a["success"]), bool(b["success"])) for a, b in pairs]
    wins, losses = ended.count((False, True)), ended.count((True, False))
    arrived = [(a, b) for a, b in pairs if a["success"] and b["success"]]
    differences = {score.name: score.difference(pairs) for score in COMPARED}
    differences["time_ratio"] = mean([b["time_to_goal"] / max(a["time_to_goal"], 1e-9) for a, b in arrived])
    return Comparison(
        first,
        second,
        wins,
        losses,
        ended.count((True, True)),
        ended.count((False, False)),
        float(binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0,
        differences,
        tuple(_differing(a, b) for a, b in pairs if (a["outcome"], a["cause"]) != (b["outcome"], b["cause"])),
    )


def _episode(result: Mapping[str, Any]) -> tuple[Any, ...]:
    return result["seed"], result["layout"], result.get("start"), result.get("goal")


def _differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "seed": a["seed"],
        "layout": a["layout"],
        "first": a["cause"] or a["outcome"],
        "second": b["cause"] or b["outcome"],
    }
