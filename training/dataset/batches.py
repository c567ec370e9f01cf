"""Many frames at once, from anywhere in a dataset, decoded on all cores."""

from collections.abc import Iterator, Sequence

import numpy as np

from training.dataset import parallel
from training.dataset.frame_index import Int64Array
from training.dataset.part import Part
from training.dataset.schema import AnyArray
from training.dataset.shard_reader import Job


def read(
    parts: Sequence[Part],
    part: Int64Array,
    rows: Int64Array,
    widths: dict[str, int],
    names: Sequence[str],
    threads: int,
) -> dict[str, AnyArray]:
    """Row ``rows[i]`` of part ``part[i]``, of each named array: name -> (frames, ...)."""
    out: dict[str, AnyArray] = {}
    jobs: list[Job] = []
    for name in names:
        out[name] = parts[int(part[0]) if len(part) else 0].arrays[name].empty(len(rows), widths.get(name, 0))
        jobs += _jobs(parts, part, rows, name, out[name])
    parallel.run(jobs, threads)
    return {name: values[:, : widths[name]] if name in widths else values for name, values in out.items()}


def _jobs(parts: Sequence[Part], part: Int64Array, rows: Int64Array, name: str, out: AnyArray) -> Iterator[Job]:
    for number in np.unique(part).tolist():
        places = np.flatnonzero(part == number)
        yield from parts[number].arrays[name].jobs(rows[places], places, out)
