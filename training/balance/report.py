"""Says what became of a search."""

import numpy as np

from training.balance.steer import Search
from training.balance.table import Ideal, Report, Row


def report(search: Search, places: str) -> Report:
    """``places``: the layouts, as a person named them."""
    targets, got, frames = search.targets, search.got, len(search.chosen)
    first = search.random[:frames]
    unsteered = search.counts[first].sum(axis=0, dtype=np.int64)
    density = float(search.counts[search.random].sum(axis=1).mean()) if len(search.random) else 0.0
    met = targets.met(got)
    return Report(
        targets=targets.as_json(),
        cells=tuple(
            Row(
                where=dict(cell.where),
                asked=cell.count,
                got=int(got[k]),
                unsteered=int(unsteered[k]),
                met=bool(met[k]),
                why="" if met[k] else why(search, k, places),
            )
            for k, cell in enumerate(targets.cells)
        ),
        tolerance=targets.tolerance,
        frames=frames,
        unsteered_frames=len(first),
        ideal_frames=Ideal(
            at_the_density_of_random_stills=float(targets.counts.sum()) / density if density else None,
            of_all_frames_found=search.shortest,
        ),
        objects_per_frame=float(got.sum()) / frames if frames else 0.0,
        objects_per_random_frame=density,
        stills_looked_at=len(search.shots),
        rounds=search.rounds,
    )


def why(search: Search, cell: int, places: str) -> str:
    """Why a cell has not what was asked for."""
    if search.obstacles[cell]:
        return f"out of reach: {search.obstacles[cell]} in {places}"
    if search.got[cell] > search.targets.counts[cell]:
        return "more of them come along with what else was asked for"
    tried, hits = int(search.tried[cell]), int((search.counts[:, cell] > 0).sum())
    if not hits:
        return f"out of reach: {tried} stills aimed at it in a row brought none"
    if search.full:
        return f"all {len(search.chosen)} frames are taken: ask for more stills or episodes"
    return f"{tried} stills aimed at it, {hits} that had it: no more of them fit in with the others"
