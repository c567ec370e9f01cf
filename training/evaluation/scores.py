"""From episodes to scores: means with 95 % intervals, by layout and by cause of failure."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from envs.tasks import tasks
from training.evaluation.causes import CAUSES
from training.evaluation.score_table import READ, SCORES, Episode, Episodes
from training.report.intervals import Estimate, mean
from twin.errors import one_of


def summarize(episodes: Episodes, own: Sequence[str] = ()) -> dict[str, Any]:
    """The scores of a list of episodes, as ``twin eval --json`` writes them; ``own``: the task's, by name.

    Raises ``UnknownNameError`` where an episode has no such score.
    """
    for episode in episodes:
        check(episode, own)
    found = estimates(episodes) | own_estimates(episodes, own)
    return {
        **{name: None if value is None else value.mean for name, value in found.items()},
        "own_scores": list(own),
        "episodes": len(episodes),
        "intervals": {name: [value.low, value.high] for name, value in found.items() if value is not None},
        "causes": causes(episodes),
        "per_layout": per_layout(episodes),
        "per_episode": list(episodes),
    }


def check(episode: Episode, own: Sequence[str]) -> None:
    """Raises ``UnknownNameError`` where an episode lacks what a score reads, or one of the task's ``own`` scores."""
    for where, names in (("score table", READ), ("scores of the task", own)):
        for name in names:
            one_of("score", name, sorted(episode), where)


def estimates(episodes: Episodes) -> dict[str, Estimate | None]:
    """Each score with its interval: Wilson's for shares, bootstrap over the episodes for the others."""
    return {score.name: score.of(episodes) for score in SCORES}


def own_estimates(episodes: Episodes, own: Sequence[str]) -> dict[str, Estimate | None]:
    """The task's own scores, each with its interval: bootstrap over the episodes."""
    return {name: mean([float(e[name]) for e in episodes]) for name in own}


def own_scores(env: str) -> tuple[str, ...]:
    """Of the task that this is the id of."""
    return next((task.scores for task in tasks().values() if task.id == env), ())


def causes(episodes: Episodes) -> dict[str, int]:
    """How many episodes failed of each cause."""
    found = Counter(e["cause"] for e in episodes if e["cause"])
    return {name: found[name] for name in CAUSES}


def per_layout(episodes: Episodes) -> dict[str, dict[str, Any]]:
    """Success, SPL and causes in each layout, in the order in which they first appear."""
    layouts: dict[str, list[Episode]] = {}
    for episode in episodes:
        layouts.setdefault(episode["layout"], []).append(episode)
    return {
        name: {
            "episodes": len(same),
            "success": float(np.mean([e["success"] for e in same])),
            "spl": float(np.mean([e["spl"] for e in same])),
            "causes": {cause: count for cause, count in causes(same).items() if count},
        }
        for name, same in layouts.items()
    }
