"""The distances as a picture: each with its interval, over what no distance looks like."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.gap.ablation import Ablation
from training.gap.measure import Measured
from training.report.figures import INK, figure, neutral

APART, ALIKE = "#e8702a", "#2b95d6"
VERDICT_COLORS = {"narrows": "#2a9d6f", "widens": "#d64545", "no effect seen": INK}
ROW_INCHES = 0.34


def chart(measured: Sequence[Measured]) -> Figure:
    """The KID on an axis of its own, the shares below it."""
    groups = [[m for m in measured if not m.relative], [m for m in measured if m.relative]]
    rows = [len(group) for group in groups]
    made = figure(7.2, ROW_INCHES * sum(rows) + 1.3)
    panels = made.subplots(2, 1, height_ratios=[count + 0.6 for count in rows])
    for axes, group in zip(panels, groups, strict=True):
        _draw(neutral(axes), group)
    panels[1].set_xlabel("distance: 0, as of one kind; 1, nothing in common", fontsize=8)
    return made


def _draw(axes: Axes, group: Sequence[Measured]) -> None:
    for row, one in enumerate(group):
        zero, found = one.distance.zero, one.distance.estimate
        axes.barh(row, zero.high - zero.low, left=zero.low, height=0.62, color=INK, alpha=0.28, linewidth=0)
        color = APART if one.apart else ALIKE
        axes.plot([found.low, found.high], [row, row], color=color, linewidth=2.2, solid_capstyle="round")
        axes.plot(found.value, row, marker="o", markersize=6, color=color)
    _list(axes, [one.title for one in group])


def ablation_chart(found: Ablation) -> Figure:
    """How much larger the gap is without each."""
    made = figure(7.2, ROW_INCHES * len(found.left_out) + 0.8)
    axes = neutral(made.add_subplot())
    for row, one in enumerate(found.left_out):
        color = VERDICT_COLORS[one.verdict]
        axes.plot([one.change.low, one.change.high], [row, row], color=color, linewidth=2.2, solid_capstyle="round")
        axes.plot(one.change.value, row, marker="o", markersize=6, color=color)
    _list(axes, [one.name for one in found.left_out])
    axes.set_xlabel("how much larger the gap is without it (random-feature KID)", fontsize=8)
    return made


def _list(axes: Axes, names: Sequence[str]) -> None:
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
