"""What the report says first: a few sentences that follow from the figures, good or bad."""

from collections.abc import Mapping
from typing import Any

from training.report.intervals import differ
from training.report.page import count, duration, percent
from training.report.scores import Score


def headline(facts: Mapping[str, Any], scores: Mapping[str, Score]) -> list[str]:
    """Sentences on the whole of it, on the policy, and on what to make of it."""
    dataset, training, coco = facts["dataset"], facts["training"], facts["coco"]
    machine = facts["machine"]
    trained = f"{training['minutes']:g} minutes" if training["minutes"] else f"{count(training['steps'])} steps"
    return [
        f"In {duration(facts['total_seconds'])} on {machine['cores']} cores, {facts['layout']} became a twin, "
        f"{dataset['episodes']} recorded episodes, {count(dataset['frames'])} frames that passed every check, "
        f"a COCO export of {count(coco['annotations'])} labelled objects, and a policy.",
        f"The policy, trained for {trained}, arrived without touching anything in {_of(scores['policy'])} in "
        f"generated factories that it was not trained on; the expert, which plans on the map, in "
        f"{_of(scores['expert'])}; random actions in {_of(scores['random'])}.",
        _verdict(scores, quick=facts["quick"]),
    ]


def _of(score: Score) -> str:
    """``31 of 40 episodes (77.5 %)``."""
    arrived = sum(score.arrived)
    return f"{arrived} of {score.episodes} episodes ({percent(arrived / score.episodes)})"


def _verdict(scores: Mapping[str, Score], *, quick: bool) -> str:
    if quick:
        return "This was the quick demo: it shows that every step works; its policy had no time to learn."
    policy, expert, random = (scores[name].arrived for name in ("policy", "expert", "random"))
    if not differ(policy, random):
        return "So short a training did not clearly beat random actions here; train longer before judging it."
    if differ(policy, expert):
        better = "ahead of" if sum(policy) > sum(expert) else "behind"
        return f"It has learned to drive, and is clearly {better} the expert; minutes of training are a beginning."
    return "It has learned to drive; so few episodes do not tell it from the expert."
