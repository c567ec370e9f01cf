"""The page of published scores: every number in it is computed from the results beside the code."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from textwrap import fill
from typing import Any

from training.evaluation import suites
from training.evaluation.causes import CAUSES, WORDS
from training.evaluation.published import Group, Result, curves
from training.evaluation.score_table import TABLED
from training.report.intervals import Estimate
from training.report.page import count, duration

Rows = Sequence[Sequence[str]]

TIERS = {
    "generated": "Generated halls, like those of training",
    "shipped": "Shipped factories",
    "imported": "Maps of real places",
}
INTRODUCTION = """\
# Benchmarks

Written by `python benchmarks/scores.py` from the results in `benchmarks/results`; change nothing here by hand.
[Evaluation](evaluation.md) says what a suite is and how scores and causes of failure are defined.
"""
READING = (
    "Beside the mean of one agent stands its 95 % interval over the episodes (Wilson's for shares, bootstrap for the "
    "others); beside that of several training seeds, the lowest and the highest of the seeds' means."
)
WALL_CLOCK = "Wall-clock: of the evaluation, all seeds together."
COLUMNS = tuple(score for score in TABLED if score.published)
NOTHING = "-"
PICTURE = "benchmarks/learning_curves.png"
"""Beside the page."""


def page(groups: Sequence[Group]) -> str:
    """The page as Markdown."""
    parts = (_suites, _variations, _policies, _machines, _missing)
    return "\n".join([INTRODUCTION, f"{_legend()}\n", *(line for part in parts for line in part(groups))])


def _legend() -> str:
    """How the tables are read; each column's own sentence is its score's."""
    return fill(" ".join([READING, *(score.about for score in COLUMNS if score.about), WALL_CLOCK]), 120)


def _suites(groups: Sequence[Group]) -> Iterator[str]:
    for tier, title in TIERS.items():
        inside = [g for g in groups if g.first.facts["suite"]["tier"] == tier and not g.first.conditions[0]]
        if inside:
            yield f"## {title}\n"
        for name in sorted({g.first.suite for g in inside}):
            yield from _suite([g for g in inside if g.first.suite == name])


def _suite(groups: Sequence[Group]) -> Iterator[str]:
    facts = groups[0].first.facts["suite"]
    ranked = sorted(groups, key=lambda g: (-_mean(g, "success"), -_mean(g, "spl"), _name(g)))
    yield f"### {facts['name']}\n"
    yield f"{facts['description']} Digest `{facts['digest'][:12]}`.\n"
    yield _table(
        ("agent", *(score.title for score in COLUMNS), "wall-clock"),
        [
            (_name(g), *(_cell(g.score(score.name), SHOWN[score.shown]) for score in COLUMNS), _wall_clock(g))
            for g in ranked
        ],
    )
    yield from _causes(ranked)
    yield from _against_expert(ranked)


def _causes(groups: Sequence[Group]) -> Iterator[str]:
    found = {id(g): g.causes() for g in groups}
    kinds = [cause for cause in CAUSES if any(cause in causes for causes in found.values())]
    if not kinds:
        return
    yield "Causes of failure, in 100 episodes:\n"
    rows = [(_name(g), *(f"{found[id(g)].get(cause, 0.0):.1f}" for cause in kinds)) for g in groups]
    yield _table(("agent", *(WORDS[cause] for cause in kinds)), rows)


def _against_expert(groups: Sequence[Group]) -> Iterator[str]:
    """Against the one that drove as the policy did: with the shield or without, as it has it."""
    experts = {g.first.conditions[2]: g for g in groups if g.first.agent == "expert"}
    learned = [g for g in groups if g.first.facts["policy"] and g.first.conditions[2] in experts]
    compared = [(g, g.against(experts[g.first.conditions[2]])) for g in learned]
    rows = [
        (
            _name(g),
            _signed([c.differences["success"] for c in found], 100.0, "points"),
            _signed([c.differences["spl"] for c in found]),
            _times([c.differences["time_ratio"] for c in found]),
            f"{sum(c.wins for c in found)} / {sum(c.losses for c in found)}",
        )
        for g, found in compared
        if found
    ]
    if rows:
        yield "Against the expert, both behind the shield or neither, by episode (time: where both succeeded):\n"
        yield _table(("agent", "success", "SPL", "time to goal", "won / lost"), rows)


def _variations(groups: Sequence[Group]) -> Iterator[str]:
    varied = [g for g in groups if g.first.conditions[0]]
    if not varied:
        return
    yield "## Beyond what agents were made for\n"
    yield "The same episodes with something changed. Difference: to success without it, of the same training seed.\n"
    rows = []
    for g in sorted(varied, key=lambda g: (g.first.suite, _name(g), g.first.conditions[0])):
        nominal = next((n for n in groups if n.first.suite == g.first.suite and _same_but_variation(n, g)), None)
        lost = _changes(g, nominal) if nominal else []
        change = f"{100 * sum(lost) / len(lost):+.1f} points" if lost else NOTHING
        about = g.first.facts["variation"].get("description", "")
        cells = (_cell(g.score("success"), _percent), change, _cell(g.score("collision_rate"), _percent))
        changed = f"`{g.first.conditions[0]}`" + (f": {about}" if about else "")
        rows.append((g.first.suite, _name(g), changed, *cells))
    yield _table(("suite", "agent", "variation", "success", "difference", "collided"), rows)


def _changes(varied: Group, nominal: Group) -> list[float]:
    """How much another share of episodes succeeded, for each training seed that drove both."""
    with_it, without = ({r.facts["agent"]: _mean(Group((r,)), "success") for r in g.results} for g in (varied, nominal))
    return [share - without[agent] for agent, share in with_it.items() if agent in without]


def _policies(groups: Sequence[Group]) -> Iterator[str]:
    found: dict[str, dict[str, Result]] = {}
    for result in (r for g in groups for r in g.results if r.facts["policy"]):
        found.setdefault(result.agent, {})[result.facts["policy"]["digest"]] = result
    if not found:
        return
    yield "## Policies\n"
    rows = []
    for name, by_digest in sorted(found.items()):
        facts = [r.facts["policy"] for r in by_digest.values()]
        config = facts[0]["config"] or {}
        trained = [f["trained"] for f in facts if f["trained"]]
        seeds = sorted(f["config"]["seed"] for f in facts if f["config"])
        rows.append(
            (
                name,
                f"`{config.get('env', NOTHING)}`",
                str(config.get("algo", NOTHING)),
                ", ".join(map(str, seeds)) or NOTHING,
                _span([t["steps"] for t in trained], count),
                _span([t["seconds"] for t in trained], duration),
                " ".join(f"`{digest[:8]}`" for digest in sorted(by_digest)),
            )
        )
    yield _table(("policy", "trained on", "by", "seeds", "steps", "wall-clock of training", "files (SHA-256)"), rows)
    if curves(groups):
        yield "Success of the episodes of training, which explore and get harder by stages; a line for each seed.\n"
        yield f"![Learning curves]({PICTURE})\n"


def _machines(groups: Sequence[Group]) -> Iterator[str]:
    if not groups:
        return
    yield "## Measured on\n"
    measured = [r.facts["measured_on"] for g in groups for r in g.results]
    distinct = list({tuple(sorted(one.items())): one for one in measured}.values())
    names = list(dict.fromkeys(name for one in distinct for name in one))
    yield _table(
        ("", *(f"{sum(m == one for m in measured)} results" for one in distinct)),
        [(name, *(str(one.get(name, NOTHING)) for one in distinct)) for name in names],
    )


def _missing(groups: Sequence[Group]) -> Iterator[str]:
    measured = {g.first.suite for g in groups}
    if missing := [name for name in suites.names() if name not in measured]:
        yield f"No result here is of {', '.join(missing)}.\n"


# -- cells -----------------------------------------------------------------------------------------------------------


def _table(head: Sequence[str], rows: Rows) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _name(group: Group) -> str:
    _, actions, shield = group.first.conditions
    seeds = f", {len(group.results)} training seeds" if len(group.results) > 1 else ""
    return f"{group.first.agent}{', behind the shield' * shield}{', stochastic' * (actions == 'stochastic')}{seeds}"


def _same_but_variation(one: Group, other: Group) -> bool:
    return one.first.agent == other.first.agent and one.first.conditions == ("", *other.first.conditions[1:])


def _mean(group: Group, name: str) -> float:
    found = group.score(name)
    return found.mean if found else 0.0


def _cell(found: Estimate | None, show: Callable[[float], str]) -> str:
    return NOTHING if found is None else f"{show(found.mean)} ({show(found.low)} to {show(found.high)})"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _ratio(value: float) -> str:
    return f"{value:.3f}"


def _decimal(value: float) -> str:
    return f"{value:.1f}"


SHOWN: Mapping[str, Callable[[float], str]] = {"percent": _percent, "ratio": _ratio, "decimal": _decimal}
"""By what scores say of themselves."""


def _signed(found: Sequence[Estimate | None], scale: float = 1.0, unit: str = "") -> str:
    values = [scale * one.mean for one in found if one]
    if not values:
        return NOTHING
    if len(values) == 1 and found[0]:
        low, high = scale * found[0].low, scale * found[0].high
    else:
        low, high = min(values), max(values)
    return f"{sum(values) / len(values):+.3g} {unit}".strip() + f" ({low:+.3g} to {high:+.3g})"


def _times(found: Sequence[Estimate | None]) -> str:
    values = [one.mean for one in found if one]
    return f"{sum(values) / len(values):.3f} times" if values else NOTHING


def _span(values: Sequence[Any], show: Callable[[float], str]) -> str:
    known = [v for v in values if v is not None]
    if not known:
        return NOTHING
    low, high = show(min(known)), show(max(known))
    return low if low == high else f"{low} to {high}"


def _wall_clock(group: Group) -> str:
    seconds = [result.facts["seconds"] for result in group.results]
    return NOTHING if None in seconds else duration(sum(seconds))
