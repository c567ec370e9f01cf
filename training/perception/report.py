"""The page of a network: how it learned, how well it sees, class by class, and pictures."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from training.perception.classes import BACKGROUND
from training.perception.evaluate import Scores
from training.perception.frames import PerceptionFrames
from training.perception.model import Model
from training.perception.pictures import color, shown
from training.report import page
from training.report.figures import INK, PALETTE, figure, neutral, png
from training.report.measured_on import machine, versions
from twin.yaml_files import write_atomically

PICTURES = 6
_MARKED = 0.5
"""Share of a row from which its number is white: the cell is dark."""


def document(model: Model, frames: PerceptionFrames, scores: Scores) -> dict[str, Any]:
    """Scores with what was scored on what: JSON types only, nothing in it depends on when."""
    return {
        **scores.as_json(),
        "model": {name: model.facts[name] for name in ("classes", "size", "steps", "lineage")},
        "data": [{"name": d.meta.name, "digest": d.digest(), "frames": d.frames} for d in frames.datasets],
    }


def write_json(path: Path, model: Model, frames: PerceptionFrames, scores: Scores) -> None:
    """Write ``document``; complete or not at all."""
    write_atomically(path, json.dumps(document(model, frames, scores), indent=2))


def write_page(
    path: Path, model: Model, frames: PerceptionFrames, scores: Scores, curve: Sequence[Mapping[str, Any]] = ()
) -> None:
    """Write the page; complete or not at all."""
    rich, worst = shown(model, frames, scores, PICTURES)
    found = document(model, frames, scores)
    facts = {
        **found,
        "parameters": sum(p.numel() for p in model.network.parameters()),
        "background": BACKGROUND,
        "rows": [
            {"name": name, "color": "rgb({}, {}, {})".format(*color(name))}
            | {key: found[key][name] for key in ("iou", "ap", "ap50")}
            for name in model.classes
        ],
        "curve": png(learning_curve(curve)) if curve else None,
        "mixed_up": png(confusion_figure(scores)),
        "rich": rich,
        "worst": worst,
        "machine": machine(),
        "versions": versions(),
        "written": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }
    write_atomically(path, page.render("perception.html.j2", facts))


def learning_curve(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Losses over the steps of training, and mIoU on the validation frames where there are some."""
    judged = [row for row in rows if row["miou"] is not None]
    made = figure(9.0, 2.9)
    steps = [row["step"] for row in rows]
    axes = neutral(made.add_subplot(1, 2 if judged else 1, 1))
    for (name, words), tint in zip(_LOSSES.items(), PALETTE, strict=False):
        axes.plot(steps, [row[name] for row in rows], color=tint, linewidth=1.8, label=words)
    axes.set_ylabel("loss, mean since the row before", fontsize=8)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=8, labelcolor=INK)
    panels = [axes]
    if judged:
        right = neutral(made.add_subplot(1, 2, 2))
        right.plot([row["step"] for row in judged], [row["miou"] for row in judged], color=PALETTE[3], linewidth=1.8)
        right.set_ylabel("mIoU on validation frames", fontsize=8)
        right.set_ylim(0, 1.0)
        right.yaxis.set_major_formatter(PercentFormatter(1.0))
        panels.append(right)
    for each in panels:
        each.set_xlabel(f"steps ({page.duration(rows[-1]['seconds'])} of training)", fontsize=8)
        each.set_xlim(left=0)
        each.xaxis.set_major_locator(MaxNLocator(5))
        each.grid(color=INK, alpha=0.25, linewidth=0.6)
    return made


_LOSSES = {"pixels": "pixels", "centers": "centres", "boxes": "boxes"}


def confusion_figure(scores: Scores) -> Figure:
    """Of each true class (row), which share of its pixels was said to be what (column)."""
    names = [name.replace("_", " ") for name in (BACKGROUND, *scores.classes)]
    shares = scores.pixels / np.maximum(1, scores.pixels.sum(axis=1, keepdims=True))
    made = figure(5.4, 3.9)
    axes = neutral(made.add_subplot())
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(names)), names, rotation=35, ha="right", fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_xlabel("said", fontsize=8)
    axes.set_ylabel("true", fontsize=8)
    for (row, column), share in np.ndenumerate(shares):
        if share >= 0.005:
            ink = "white" if share >= _MARKED else "#333333"
            axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=7.5, color=ink)
    return made
