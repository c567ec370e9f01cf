"""Run every parity experiment and write the table to ``docs/parity.md``: ``python benchmarks/parity.py``."""

import sys
from importlib.metadata import version
from pathlib import Path

from robots.parity import ENGINES, Comparison, run_all

PAGE = Path(__file__).parents[1] / "docs" / "parity.md"

TEXT = """\
# How far the engines agree

The same scenes and commands in MuJoCo {mujoco} and PyBullet {pybullet}, each at its default timestep. "Expected" is
what geometry says: for a robot, where it would end if it followed its commands without delay or slip. The experiments
are in `robots/parity.py`; the tests fail when a difference exceeds what is allowed. Regenerate this page with
`python benchmarks/parity.py`.

{table}
"""


def row(comparison: Comparison) -> str:
    """One line of the table."""
    difference = f"{comparison.difference:.2f} {comparison.unit}".replace(" °", "°")
    allowed = f"{comparison.allowed:g} {comparison.unit}".replace(" °", "°")
    cells = (
        comparison.experiment,
        comparison.quantity,
        comparison.expected,
        *comparison.values,
        difference,
        allowed,
    )
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    """Print and write the table; 1 where the engines disagree."""
    comparisons = list(run_all())
    titles = ("experiment", "quantity", "expected", *ENGINES, "difference", "allowed")
    lines = ["| " + " | ".join(titles) + " |", "|" + " --- |" * len(titles), *map(row, comparisons)]
    table = "\n".join(lines)
    print(table)
    PAGE.write_text(TEXT.format(table=table, mujoco=version("mujoco"), pybullet=version("pybullet")))
    failed = [c.experiment for c in comparisons if not c.agrees]
    if failed:
        print(f"too far apart: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
