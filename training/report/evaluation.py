"""The page of an evaluation: scores with intervals, causes, comparisons, pictures of failures, videos."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import factories
from factories.layout import Layout
from training.evaluation.causes import CAUSES, WORDS
from training.evaluation.compare import Comparison
from training.evaluation.score_table import COMPARED, TABLED
from training.evaluation.scores import estimates, own_estimates
from training.evaluation.session import Driven, Session
from training.evaluation.videos import choose
from training.report import page
from training.report.figures import agent_colors, png
from training.report.measured_on import machine, versions
from training.report.plan import Plan, Way, plans
from twin.yaml_files import write_atomically

Films = Mapping[str, Sequence[tuple[str, Mapping[str, Any]]]]

PICTURES = 12
"""Of failures, at most."""
LAYOUTS = 30
"""Rows of layouts, at most: those with most failures."""


def write_page(
    path: Path, session: Session, driven: Sequence[Driven], compared: Sequence[Comparison], films: Films
) -> None:
    """Write the page; complete or not at all. ``films``: files of videos beside it, with their episodes."""
    first = driven[0].document
    colors = agent_colors([agent.label for agent in driven])
    shown = failures(session, driven)
    facts = {
        "title": first["suite"]["name"] if first["suite"] else first["env"],
        "suite": first["suite"],
        "env": first["env"],
        "options": first["options"],
        "actions": first["actions"],
        "variation": session.variation.model_dump(exclude_defaults=True),
        "columns": TABLED,
        "rows": [_row(agent) for agent in driven],
        "causes": [cause for cause in CAUSES if any(agent.scores["causes"][cause] for agent in driven)],
        "words": WORDS,
        "compared": compared,
        "differences": COMPARED,
        "layouts": _layouts(driven),
        "layouts_in_all": len(driven[0].scores["per_layout"]),
        "pictures": png(plans(shown, colors=colors)) if shown else None,
        "pictured": len(shown),
        "failed": sum(bool(_failed(row)) for row in _by_episode(driven)),
        "films": films,
        "colors": colors,
        "machine": machine(),
        "versions": versions(),
        "written": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }
    write_atomically(path, page.render("evaluation.html.j2", facts))


def failures(session: Session, driven: Sequence[Driven]) -> list[Plan]:
    """Episodes in which an agent failed, of as many causes as there are, with the ways of all agents."""
    rows = {row[0]["seed"]: row for row in _by_episode(driven)}
    worst = [_failed(row)[0] for row in rows.values() if _failed(row)]
    return [_plan(session, driven, rows[episode["seed"]]) for episode in choose(worst, PICTURES)]


def _by_episode(driven: Sequence[Driven]) -> list[tuple[dict[str, Any], ...]]:
    """For each episode the result of every agent."""
    return list(zip(*(agent.scores["per_episode"] for agent in driven), strict=True))


def _failed(row: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Results that are failures, the last agent's first: it is the one that is judged."""
    return [result for result in reversed(row) if result["cause"]]


def _plan(session: Session, driven: Sequence[Driven], row: Sequence[Mapping[str, Any]]) -> Plan:
    layout = _layout(session, row[0]["layout"])
    ended = ", ".join(WORDS.get(result["cause"], "arrived") for result in row)
    return Plan(
        title=f"{layout.name}, seed {row[0]['seed']}\n{ended}",
        layout=layout,
        scene=factories.build(layout),
        goal=row[0]["goal"],
        ways=tuple(
            Way(agent.label, result["trajectory"], result["outcome"]) for agent, result in zip(driven, row, strict=True)
        ),
        movers=_failed(list(map(dict, row)))[0]["movers"],
    )


def _layout(session: Session, name: str) -> Layout:
    """The layout of an episode: the suite's, one that was named, or one that the generator makes again."""
    if session.suite is not None:
        return next(layout for layout in session.suite.layouts if layout.name == name)
    given = session.options.get("layout", ())
    for choice in [given] if isinstance(given, str) else given:
        if choice != "generated" and (layout := factories.load(choice)).name == name:
            return layout
    generator = {k: v for k, v in session.options.get("generator", {}).items() if k != "seeds"}
    return factories.generate(int(name.removeprefix("generated_")), generator)


def _row(agent: Driven) -> dict[str, Any]:
    return {
        "label": agent.label,
        "policy": agent.document["policy"],
        "seconds": agent.document["seconds"],
        "episodes": agent.scores["episodes"],
        "causes": agent.scores["causes"],
        "own": own_estimates(agent.scores["per_episode"], agent.scores["own_scores"]),
        "scores": estimates(agent.scores["per_episode"]),
    }


def _layouts(driven: Sequence[Driven]) -> list[dict[str, Any]]:
    """For each layout success and SPL of every agent, those with most failures first where they are many."""
    names = list(driven[0].scores["per_layout"])
    if len(names) > LAYOUTS:
        last = driven[-1].scores["per_layout"]
        names = sorted((name for name in names if last[name]["success"] < 1), key=lambda name: last[name]["success"])
    return [
        {
            "name": name,
            "episodes": driven[0].scores["per_layout"][name]["episodes"],
            "agents": [agent.scores["per_layout"][name] for agent in driven],
        }
        for name in names[:LAYOUTS]
    ]
