"""The scores of an agent on a suite of episodes, with their intervals: one row of a table."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.evaluation.score_table import SCORES
from training.report.intervals import Estimate

FIGURES = ("success", "spl", "soft_spl", "collision_rate", "time_to_goal")
OUTCOMES = ("success", "collision", "timeout")


@dataclass(frozen=True, slots=True)
class Score:
    """Means over the episodes of one agent; None where no episode has the figure."""

    agent: str
    episodes: int
    success: Estimate | None
    spl: Estimate | None
    soft_spl: Estimate | None
    collision_rate: Estimate | None
    """Episodes with at least one contact."""
    time_to_goal: Estimate | None
    """Seconds, of the episodes that succeeded."""
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
        **{score.name: score.of(episodes) for score in SCORES if score.name in FIGURES},
        outcomes={name: ended[name] for name in OUTCOMES},
        arrived=arrived,
    )
