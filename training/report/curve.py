"""Learning curves: how the training episodes went."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter, StrMethodFormatter

from training.report.figures import AGENT_COLORS, INK, PALETTE, figure, neutral
from training.report.page import duration

Row = Mapping[str, Any]


def learning_curve(rows: Sequence[Row]) -> Figure | None:
    """Success and return over the steps of training; None where no episode ended."""
    known = [row for row in rows if row["success"] is not None]
    if not known:
        return None
    steps = [row["steps"] for row in known]
    made = figure(9.0, 2.9)
    panels: tuple[tuple[str, str], ...] = (("success", "success of training episodes"), ("reward", "return, scaled"))
    for i, (key, label) in enumerate(panels):
        axes = neutral(made.add_subplot(1, 2, i + 1))
        axes.plot(steps, [row[key] for row in known], color=AGENT_COLORS["policy"], linewidth=1.8)
        axes.plot(steps[-1], known[-1][key], marker="o", markersize=5, color=AGENT_COLORS["policy"])
        axes.set_xlabel(f"steps ({duration(known[-1]['seconds'])} of training)", fontsize=8)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.set_ylabel(label, fontsize=8)
        axes.set_xlim(left=0)
        axes.grid(color=INK, alpha=0.25, linewidth=0.6)
        if key == "success":
            axes.set_ylim(0, 1.02)
            axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    return made


COLUMNS = 3
"""Of panels."""


def seeds_curves(policies: Mapping[str, Mapping[int, Mapping[str, Sequence[float]]]]) -> Figure:
    """A panel for each policy and in it a line for each training seed: ``success`` over ``steps``, in millions."""
    names = list(policies)
    rows = -(-len(names) // COLUMNS)
    made = figure(3.2 * COLUMNS, 2.2 * rows)
    for i, name in enumerate(names):
        axes = neutral(made.add_subplot(rows, COLUMNS, i + 1))
        for color, (seed, curve) in zip(cycle(PALETTE), policies[name].items()):
            axes.plot([n / 1e6 for n in curve["steps"]], curve["success"], color=color, linewidth=1.4, label=str(seed))
        axes.set_title(name, fontsize=9)
        axes.set_xlim(left=0)
        axes.set_ylim(0, 1.02)
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        axes.grid(color=INK, alpha=0.25, linewidth=0.6)
        legend = axes.legend(
            title="seed", fontsize=6, title_fontsize=6, loc="lower right", labelcolor=INK, framealpha=0
        )
        legend.get_title().set_color(INK)
    made.supxlabel("million steps of all environments together", fontsize=8, color=INK)
    return made
