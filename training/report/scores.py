"""The scores of an agent on a suite of episodes, with their intervals: one row of a table."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.evaluation.scores import estimates
from training.report.intervals import Estimate

OUTCOMES = ("success", "collision", "timeout")


@dataclass(frozen=True, slots=True)
class Score:
    """Of one agent."""

    agent: str
    episodes: int
    figures: Mapping[str, Estimate | None]
    """Of the score table, by name: means over the episodes; None where none has the figure."""
    outcomes: Mapping[str, int]
    """How the episodes ended."""
    arrived: tuple[bool, ...]
    """Success of each episode."""


def score(agent: str, scores: Mapping[str, Any]) -> Score:
    """From what ``twin eval --json`` wrote."""
    episodes = scores["per_episode"]
    ended = Counter(episode["outcome"] for episode in episodes)
    arrived = tuple(bool(episode["success"]) for episode in episodes)
    return Score(
        agent=agent,
        episodes=len(episodes),
        figures=estimates(episodes),
        outcomes={name: ended[name] for name in OUTCOMES},
        arrived=arrived,
    )
