"""A comparison, or an ablation, as one page for a person: ``twin gap --html``."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from training.gap.ablation import Ablation
from training.gap.chart import ALIKE, APART, VERDICT_COLORS, ablation_chart, chart
from training.gap.measure import Gap
from training.gap.sides import Side
from training.report import page
from training.report.figures import jpeg, png
from twin.yaml_files import write_atomically

PICTURE = 320
"""px, shorter side of a picture in the page at most."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One frame, as a data URI."""

    title: str
    image: str


def write(gap: Gap, path: Path) -> None:
    """Write the page; complete or not at all."""
    facts = {
        "gap": gap,
        "kid": gap.kid,
        "sides": [("A", gap.a), ("B", gap.b)],
        "apart": sum(one.apart for one in gap.measured),
        "chart": png(chart(gap.measured)),
        "furthest": [_pictures(side, which) for side, which in zip((gap.a, gap.b), gap.furthest, strict=True)],
        "colors": {"apart": APART, "alike": ALIKE},
        "written": _now(),
    }
    write_atomically(path, page.render("gap.html.j2", facts))


def write_ablation(found: Ablation, scenario: str, path: Path) -> None:
    """The page of ``twin gap --ablate``."""
    facts = {
        "found": found,
        "scenario": scenario,
        "chart": png(ablation_chart(found)),
        "colors": VERDICT_COLORS,
        "written": _now(),
    }
    write_atomically(path, page.render("gap_ablation.html.j2", facts))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _pictures(side: Side, positions: tuple[int, ...]) -> list[Shown]:
    indices = [side.frames[position].index for position in positions]
    return [Shown(side.pictures.title(i), jpeg(side.pictures.rgb(i, PICTURE))) for i in indices]
