"""The distances as a picture: each with its interval, over what no distance looks like."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.gap.measure import Measured
from training.report.figures import INK, figure, neutral

APART, ALIKE = "#e8702a", "#2b95d6"
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
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(group)), [one.title for one in group])
    axes.set_ylim(len(group) - 0.4, -0.6)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
