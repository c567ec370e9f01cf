"""What ``twin eval`` says and writes."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from training.evaluation.causes import WORDS
from training.evaluation.compare import Comparison
from training.evaluation.documents import dumped
from training.evaluation.score_table import SCORES
from training.evaluation.session import Driven, Session
from twin.yaml_files import write_atomically

DIFFERING = 10
"""Episodes named on the terminal that did not end alike; the files have all."""


def lines(driven: Sequence[Driven], compared: Sequence[Comparison]) -> Iterator[str]:
    """For a terminal."""
    for agent in driven:
        yield from _scores(agent)
    for comparison in compared:
        yield from _comparison(comparison)


def write_json(path: Path, driven: Sequence[Driven], compared: Sequence[Comparison], *, trajectories: bool) -> None:
    """Scores of one agent, or of several with their comparisons; nothing in it depends on when it was measured."""
    documents = [_timeless(agent, trajectories=trajectories) for agent in driven]
    if len(documents) == 1:
        write_atomically(path, dumped(documents[0]))
    else:
        both = {"agents": documents, "comparisons": [comparison.as_json() for comparison in compared]}
        write_atomically(path, json.dumps(both, indent=2))


def write_folder(
    out: Path, session: Session, driven: Sequence[Driven], compared: Sequence[Comparison], videos: int
) -> None:
    """A JSON file for each agent, one for each comparison, the page, and videos."""
    from training.evaluation.videos import film
    from training.report.evaluation import write_page

    for agent in driven:
        write_atomically(out / f"{_file(agent.label)}.json", dumped(agent.document))
    for comparison in compared:
        name = f"{_file(comparison.second)}_against_{_file(comparison.first)}.json"
        write_atomically(out / name, json.dumps(comparison.as_json(), indent=2))
    films = {agent.label: film(agent, out, videos) for agent in driven} if videos else {}
    write_page(out / "report.html", session, driven, compared, films)


def _file(label: str) -> str:
    return label.replace("/", "_")


def _timeless(agent: Driven, *, trajectories: bool) -> dict[str, Any]:
    plain = {k: v for k, v in agent.document.items() if k not in ("seconds", "measured_on")}
    return plain | ({"per_episode": agent.scores["per_episode"]} if trajectories else {})


def _scores(agent: Driven) -> Iterator[str]:
    found = agent.document
    suite = found["suite"]
    where = f"suite {suite['name']}, digest {suite['digest'][:12]}" if suite else found["env"]
    yield f"{agent.label}: {found['episodes']} episodes, {where}"
    for name in (*(score.name for score in SCORES), *found["own_scores"]):
        if (value := found[name]) is None:
            yield f"{name:>20}  -"
            continue
        low, high = found["intervals"][name]
        yield f"{name:>20}  {value:.4g}  ({low:.4g} to {high:.4g})"
    for cause, number in found["causes"].items():
        if number:
            yield f"{WORDS[cause]:>40}  {number}"


def _comparison(found: Comparison) -> Iterator[str]:
    sure = "more than chance explains" if found.sure else "chance may explain it"
    yield f"{found.second} against {found.first}: {found.wins} won, {found.losses} lost (p {found.p_value:.2g}: {sure})"
    for name, value in found.differences.items():
        if value is not None:
            yield f"{name:>20}  {value.mean:+.4g}  ({value.low:+.4g} to {value.high:+.4g})"
    for row in found.differing[:DIFFERING]:
        yield f"  seed {row['seed']} in {row['layout']}: {found.first} {row['first']}, {found.second} {row['second']}"
    if len(found.differing) > DIFFERING:
        yield f"  and {len(found.differing) - DIFFERING} more that did not end alike"
