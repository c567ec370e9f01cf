"""What was asked for, what came out, and what the same number of frames would have held without steering."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from training.balance.steer import Search
from training.balance.targets import COUNT


def report(search: Search, places: str) -> dict[str, Any]:
    """JSON types only. ``places``: the layouts, as a person named them."""
    targets = search.targets
    frames = len(search.chosen)
    unsteered = search.counts[search.random[:frames]].sum(axis=0, dtype=np.int64)
    density = float(search.counts[search.random].sum(axis=1).mean()) if len(search.random) else 0.0
    rows = []
    for k, cell in enumerate(targets.cells):
        met = bool(targets.met(search.got)[k])
        row = {**cell.where, "asked": cell.count, "got": int(search.got[k]), "unsteered": int(unsteered[k])}
        rows.append({**row, "met": met, "why": "" if met else why(search, k, places)})
    return {
        "targets": targets.as_json(),
        "cells": rows,
        "met": all(row["met"] for row in rows),
        "frames": frames,
        "unsteered_frames": int(min(frames, len(search.random))),
        "ideal_frames": {
            "at_the_density_of_random_views": float(targets.counts.sum()) / density if density else None,
            "of_all_frames_found": search.best.frames,
        },
        "objects_per_frame": {
            "steered": float(search.got.sum()) / frames if frames else 0.0,
            "random": density,
        },
        "views_looked_at": len(search.shots),
        "rounds": search.rounds,
    }


def why(search: Search, cell: int, places: str) -> str:
    """Why a cell has not what was asked for."""
    if search.obstacles[cell]:
        return f"out of reach: {search.obstacles[cell]} in {places}"
    if search.got[cell] > search.targets.counts[cell]:
        return "more of them come along with what else was asked for"
    tried, hits = int(search.tried[cell]), int((search.counts[:, cell] > 0).sum())
    if not hits:
        return f"out of reach: {tried} views aimed at it in a row brought none"
    if search.full:
        return f"all {len(search.chosen)} frames are taken: ask for more views or episodes"
    return f"{tried} views aimed at it, {hits} that had it: no more of them fit in with the others"


def table(found: Mapping[str, Any]) -> list[dict[str, object]]:
    """Rows for a person: what was asked for, without steering, with it."""
    rows = []
    for row in found["cells"]:
        cell = {key: value for key, value in row.items() if key not in {"asked", "got", "unsteered", "met", "why"}}
        asked, got = row["asked"], row["got"]
        off = f"{(got - asked) / asked:+.1%}" if asked else f"{got:+d}"
        rows.append(
            {
                **{axis: cell.get(axis, "") for axis in _axes(found)},
                "asked": f"{asked:g}",
                "unsteered": row["unsteered"],
                "got": got,
                "off": off,
                "": "" if row["met"] else row["why"],
            }
        )
    return rows


def lines(found: Mapping[str, Any]) -> list[str]:
    """What there is to say besides the table."""
    ideal = found["ideal_frames"]
    per_frame = found["objects_per_frame"]
    met = sum(row["met"] for row in found["cells"])
    best = [f"{ideal['of_all_frames_found']:.0f} for the best mixture of all views found"]
    if ideal["at_the_density_of_random_views"]:
        best.append(f"{ideal['at_the_density_of_random_views']:.0f} at as many objects a frame as random views have")
    return [
        f"{met} of {len(found['cells'])} targets met within {found['targets']['tolerance']:.0%}, "
        f"with {found['frames']} frames of {found['views_looked_at']} views looked at",
        f"an ideal sampler: {', '.join(best)}",
        f"objects that count, a frame: {per_frame['steered']:.2f} steered, {per_frame['random']:.2f} at random",
    ]


def _axes(found: Mapping[str, Any]) -> list[str]:
    """All that some cell names, in the order of the targets."""
    return list(dict.fromkeys(axis for cell in found["targets"]["cells"] for axis in cell if axis != COUNT))
