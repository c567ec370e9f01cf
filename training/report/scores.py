"""The scores of an agent on a suite of episodes, with their intervals: one row of a table."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.report.intervals import Estimate, mean, proportion

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
        success=proportion(arrived),
        spl=mean([e["spl"] for e in episodes]),
        soft_spl=mean([e["soft_spl"] for e in episodes]),
        collision_rate=proportion([e["collisions"] > 0 for e in episodes]),
        time_to_goal=mean([e["time_to_goal"] for e in episodes if e["success"]]),
        outcomes={name: ended[name] for name in OUTCOMES},
        arrived=arrived,
    )
