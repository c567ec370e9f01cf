"""What the study of perception found: a table, and what of it was promised."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from training.report.measured_on import machine

ROOT = Path(__file__).parents[1]
PAGE, KEPT = ROOT / "docs" / "perception.md", ROOT / "benchmarks" / "studies" / "perception.json"
BEGIN, END = "<!-- study: written by benchmarks/perception.py --publish -->", "<!-- end of the study -->"
PROMISED = (("b", "a", 15.0), ("d", "b", 0.0), ("d", "b2", 0.0), ("d", "e", 0.0))
"""The first arm beats the second by so many points of mIoU at least."""
WORDS = {"classic": "MuJoCo's renderer, full quality", "tiny": "TinyRenderer"}

Results = Mapping[str, Any]


def table(results: Results) -> str:
    """Markdown: a row an arm, means over seeds with the lowest and the highest; below it the promised differences."""
    targets = list(dict.fromkeys(row["target"] for row in results["rows"]))
    heads = [f"{WORDS[t]}: {score}" for t in targets for score in ("mIoU", "AP50")]
    lines = [f"| learned from | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    for arm, words in results["arms"].items():
        cells = [_cell(_values(results, arm, t, key)) for t in targets for key in ("miou", "map50")]
        lines.append(f"| ({arm}) {words} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_differences(results, targets)])


def by_class(results: Results) -> str:
    """IoU of each class on the first target, in per cent: a row an arm."""
    target = results["rows"][0]["target"]
    names = list(results["rows"][0]["iou"])
    lines = [f"| | {' | '.join(name.replace('_', ' ') for name in names)} |", f"|---|{'---:|' * len(names)}"]
    for arm in results["arms"]:
        rows = [row for row in results["rows"] if (row["arm"], row["target"]) == (arm, target)]
        cells = [f"{100 * np.mean([row['iou'][name] or 0.0 for row in rows]):.1f}" for name in names]
        lines.append(f"| ({arm}) | {' | '.join(cells)} |")
    return "\n".join(lines)


def publish(results: Results) -> None:
    """Replace the study in the docs, and keep its figures beside those of other benchmarks."""
    found = {**results, "machine": machine()}
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(found, indent=1) + "\n")
    seconds = sum(results["seconds"].values())
    parts = ", ".join(f"{what} {spent / 60:.1f}" for what, spent in results["seconds"].items())
    where = f"{found['machine']['processor']}, {found['machine']['cores']} cores"
    text = "\n\n".join(
        [
            table(results),
            f"IoU by class on {WORDS[results['rows'][0]['target']]}:",
            by_class(results),
            f"{seconds / 60:.1f} minutes in all ({parts}), on {where}.",
        ]
    )
    page = PAGE.read_text()
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not pattern.search(page):
        raise SystemExit(f"error: {PAGE} has no place for the study, between '{BEGIN}' and '{END}'")
    PAGE.write_text(pattern.sub(lambda _: f"{BEGIN}\n\n{text}\n\n{END}", page))


def _values(results: Results, arm: str, target: str, key: str) -> list[float]:
    """Of every seed, in per cent."""
    rows = [row for row in results["rows"] if (row["arm"], row["target"]) == (arm, target)]
    return [100 * (row[key] or 0.0) for row in sorted(rows, key=lambda row: row["seed"])]


def _cell(values: Sequence[float]) -> str:
    return f"{np.mean(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def _differences(results: Results, targets: Sequence[str]) -> Iterator[str]:
    """Seed by seed: both arms of a seed begin with the same weights and frames."""
    for first, second, least in PROMISED:
        for target in targets:
            pairs = zip(*(_values(results, arm, target, "miou") for arm in (first, second)), strict=True)
            gains = [a - b for a, b in pairs]
            met = "as promised" if np.mean(gains) >= least and min(gains) > 0 else "short of what was promised"
            wanted = f"at least {least:g}" if least else "more than 0"
            yield (
                f"- ({first}) beats ({second}) on {WORDS[target]} by {_cell(gains)} points of mIoU, "
                f"where {wanted} was promised: {met}."
            )
