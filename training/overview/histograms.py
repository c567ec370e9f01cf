"""Objects by size, distance and occlusion."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter, StrMethodFormatter

from training.overview.objects import Objects, Values
from training.report.figures import INK, figure, neutral

COLOR = "#2b95d6"
SMALL, MEDIUM = 32.0, 96.0
"""px: where COCO's small objects end, and its medium ones."""
BINS = 24


def histograms(objects: Objects) -> Figure:
    """One panel each; occlusion only where it is known."""
    panels = 3 if len(objects.occlusions) else 2
    made = figure(3.6 * panels, 2.5)
    axes = [neutral(made.add_subplot(1, panels, i + 1)) for i in range(panels)]
    _sizes(axes[0], objects.sides)
    _bars(axes[1], objects.distances, np.linspace(0, max(1.0, float(objects.distances.max(initial=0))), BINS + 1))
    axes[1].set_xlabel("distance, m", fontsize=8)
    if panels == 3:
        _bars(axes[2], objects.occlusions, np.linspace(0, 1, 11))
        axes[2].set_xlabel("hidden share", fontsize=8)
        axes[2].xaxis.set_major_formatter(PercentFormatter(1.0))
    axes[0].set_ylabel("objects", fontsize=8)
    return made


def _sizes(axes: Axes, sides: Values) -> None:
    top = max(2 * MEDIUM, float(sides.max(initial=0)))
    axes.set_xscale("log", base=2)
    _bars(axes, sides, np.geomspace(1, top, BINS + 1))
    axes.set_xlabel("size: side of a square as large as the box, px", fontsize=8)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    for limit in (SMALL, MEDIUM):
        axes.axvline(limit, color=INK, linewidth=0.8, linestyle=(0, (2, 2)))
    for left, right, name in ((1, SMALL, "small"), (SMALL, MEDIUM, "medium"), (MEDIUM, top, "large")):
        axes.text(
            np.sqrt(left * right),
            1.0,
            name,
            color=INK,
            fontsize=7,
            ha="center",
            va="bottom",
            transform=axes.get_xaxis_transform(),
        )


def _bars(axes: Axes, values: Values, edges: Values) -> None:
    axes.hist(values, bins=edges.tolist(), color=COLOR, alpha=0.85, rwidth=0.9)
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(axis="y", color=INK, alpha=0.25, linewidth=0.6)
    axes.set_axisbelow(True)
