"""What is asked for: a YAML file of counts, or of shares of a number of objects, over any of the axes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise, product
from math import prod
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from training.balance.axes import Bins, axes
from twin.errors import unknown_name
from twin.yaml_files import Location, load_yaml_model

MAX_CELLS = 1000
MAX_OBJECTS = 10_000_000
SHARES = (1e-6, 1e6)
"""Between which a share is, unless it is 0: products of such are numbers still."""
COUNT = "count"

Problem = tuple[Location, str]
_Number = Annotated[float, Field(allow_inf_nan=False)]
_Name = Annotated[str, Field(min_length=1, max_length=100)]


class TargetsFile(BaseModel):
    """The file as a person writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    objects: Annotated[int, Field(gt=0, le=MAX_OBJECTS)] | None = None
    shares: Annotated[dict[str, dict[_Name, _Number]], Field(max_length=20)] = {}
    cells: Annotated[tuple[dict[_Name, str | int], ...], Field(max_length=MAX_CELLS)] = ()
    bins: dict[str, dict[_Name, tuple[_Number, _Number]]] = {}
    min_pixels: Annotated[int, Field(ge=1, le=1_000_000)] = 50
    tolerance: Annotated[float, Field(ge=0, lt=1)] = 0.05
    tries: Annotated[int, Field(ge=1, le=100_000)] = 300


@dataclass(frozen=True, slots=True)
class Cell:
    """Objects of one kind: those in the named bins."""

    where: Mapping[str, str]
    """Axis -> bin."""
    count: int
    """How many there shall be."""

    @property
    def name(self) -> str:
        """For tables."""
        return " ".join(self.where.values())


@dataclass(frozen=True)
class Targets:
    """Cells, none of which shares an object with another one."""

    cells: tuple[Cell, ...]
    bins: Mapping[str, Bins]
    """Of each axis that is used, cheap axes first."""
    min_pixels: int
    """An object that shows fewer is not counted."""
    tolerance: float
    """Share by which a count may miss its target."""
    tries: int
    """Aimed stills without any object of a cell after which it is out of reach."""

    @cached_property
    def counts(self) -> npt.NDArray[np.float64]:
        """Asked for, (cells,)."""
        return np.array([cell.count for cell in self.cells], dtype=np.float64)

    def met(self, got: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Which of the cells (cells,) have what was asked for."""
        return np.asarray(np.abs(np.asarray(got) - self.counts) <= self.tolerance * self.counts + 1e-9)

    @property
    def classes(self) -> frozenset[str]:
        """All that count; empty where any does."""
        named = [cell.where.get("class", "") for cell in self.cells]
        return frozenset(named) if all(named) else frozenset()

    @property
    def needs_colors(self) -> bool:
        """Whether pictures must be drawn as they will be stored."""
        return any(axes()[name].needs_colors for name in self.bins)

    def as_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "cells": [{**cell.where, COUNT: cell.count} for cell in self.cells],
            "bins": {axis: {n: list(span) for n, span in bins.items()} for axis, bins in self.bins.items()},
            "min_pixels": self.min_pixels,
            "tolerance": self.tolerance,
            "tries": self.tries,
        }


def load(path: Path | str) -> Targets:
    """Targets of a file. Raises ``FileError`` with everything that is wrong in it, each with its line."""
    return of(load_yaml_model(path, TargetsFile, problems))


def of(file: TargetsFile) -> Targets:
    """Cells from shares, then those that are listed."""
    cells = [*_shared(file), *(_listed(cell) for cell in file.cells)]
    used = {axis for cell in cells for axis in cell.where}
    bins = {name: bins_of(file, name) for name in axes() if name in used}
    return Targets(tuple(cells), bins, file.min_pixels, file.tolerance, file.tries)


def bins_of(file: TargetsFile, axis: str) -> Bins:
    """Those of the file, or the axis's own."""
    own = axes()[axis]
    return own.bins if own.fixed else file.bins.get(axis) or own.bins


def _shared(file: TargetsFile) -> Iterator[Cell]:
    """The product of all axes with shares; an object's chances along one do not depend on the others."""
    if not file.shares:
        return
    named = [[(axis, name, share) for name, share in shares.items()] for axis, shares in file.shares.items()]
    combinations = list(product(*named))
    weights = np.array([prod(share for *_, share in combination) for combination in combinations])
    counts = _whole((file.objects or 0) * weights / weights.sum())
    for combination, count in zip(combinations, counts.tolist(), strict=True):
        yield Cell({axis: name for axis, name, _ in combination}, count)


def _whole(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Whole numbers with the same sum, by the largest remainders."""
    whole = np.floor(counts).astype(np.int64)
    left = round(counts.sum()) - whole.sum()
    whole[np.argsort(whole - counts, kind="stable")[:left]] += 1
    return whole


def _listed(cell: Mapping[str, str | int]) -> Cell:
    return Cell({axis: str(name) for axis, name in cell.items() if axis != COUNT}, int(cell[COUNT]))


# -- what is wrong in a file ---------------------------------------------------------------------------------------


def problems(file: TargetsFile) -> Iterator[Problem]:
    """What the types cannot say; later checks rely on earlier ones."""
    found = [*_bin_problems(file), *_share_problems(file), *_cell_problems(file)]
    yield from found
    if not found:
        yield from _contradictions(file)


def _bin_problems(file: TargetsFile) -> Iterator[Problem]:
    for axis, bins in file.bins.items():
        where = ("bins", axis)
        if axis not in axes():
            yield where, unknown_name("axis", axis, axes())
        elif axes()[axis].fixed:
            yield where, f"the bins of {axis} are what they are: {', '.join(axes()[axis].bins)}"
        elif not bins:
            yield where, "there is no bin"
        for name, (low, high) in bins.items():
            if not low < high:
                yield (*where, name), f"should go up, from less to more, not from {low:g} to {high:g}"
        in_order = sorted((span, name) for name, span in bins.items() if span[0] < span[1])
        for (span, name), (other, second) in pairwise(in_order):
            if other[0] < span[1]:
                text = f"overlaps '{name}': {other[0]:g} to {other[1]:g} and {span[0]:g} to {span[1]:g}"
                yield (*where, second), text


def _share_problems(file: TargetsFile) -> Iterator[Problem]:
    if not file.shares and not file.cells:
        yield (), "nothing is asked for: give objects and shares, or cells with their counts"
    if file.shares and file.objects is None:
        yield ("shares",), "shares of how many objects? give objects as well"
    if file.objects is not None and not file.shares:
        yield ("objects",), "nothing shares them: give shares as well"
    for axis, shares in file.shares.items():
        if axis not in axes():
            yield ("shares", axis), unknown_name("axis", axis, axes())
        else:
            yield from _problems_of_shares(file, axis, shares)
    if (count := prod(len(shares) for shares in file.shares.values())) > MAX_CELLS:
        yield ("shares",), f"{count} cells are too many, at most {MAX_CELLS}: fewer axes, or fewer bins"


def _problems_of_shares(file: TargetsFile, axis: str, shares: Mapping[str, float]) -> Iterator[Problem]:
    for name, share in shares.items():
        if name not in bins_of(file, axis):
            yield ("shares", axis, name), unknown_name(_kind(axis), name, bins_of(file, axis))
        if share < 0:
            yield ("shares", axis, name), f"a share should be 0 or more, not {share:g}"
        elif share and not SHARES[0] <= share <= SHARES[1]:
            yield ("shares", axis, name), f"a share should be 0, or from {SHARES[0]:g} to {SHARES[1]:g}, not {share:g}"
    if not sum(max(0.0, share) for share in shares.values()) > 0:
        yield ("shares", axis), "the shares add up to 0: one at least should be more"


def _cell_problems(file: TargetsFile) -> Iterator[Problem]:
    for number, cell in enumerate(file.cells):
        where = ("cells", number)
        count = cell.get(COUNT)
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            yield where, f"should say how many, as count: 40, not {count!r}"
        elif count > MAX_OBJECTS:
            yield where, f"count: {count} are too many, at most {MAX_OBJECTS:,}"
        if cell.keys() == {COUNT}:
            yield where, f"should say of what: one at least of {', '.join(axes())}"
        for axis, name in cell.items():
            if axis == COUNT:
                continue
            if axis not in axes():
                yield (*where, axis), unknown_name("axis", axis, axes())
            elif str(name) not in bins_of(file, axis):
                yield (*where, axis), unknown_name(_kind(axis), str(name), bins_of(file, axis))


def _kind(axis: str) -> str:
    return axis if axes()[axis].fixed else f"bin of {axis}"


def _contradictions(file: TargetsFile) -> Iterator[Problem]:
    """Two cells that one object could be in ask for it twice."""
    shared = {axis: {n for n, share in shares.items()} for axis, shares in file.shares.items()}
    listed = [_listed(cell).where for cell in file.cells]
    for number, where in enumerate(listed):
        if shared and all(name in shared[axis] for axis, name in where.items() if axis in shared):
            yield ("cells", number), f"{_named(where)} is asked for by shares already"
    for (_, first), (second_number, second) in combinations(enumerate(listed), 2):
        if all(second[axis] == name for axis, name in first.items() if axis in second):
            same = "is asked for twice" if first == second else f"overlaps {_named(first)}: an object can be in both"
            yield ("cells", second_number), f"{_named(second)} {same}"
    if file.cells and not file.shares and not any(cell[COUNT] for cell in file.cells):
        yield ("cells",), "every count is 0: nothing is asked for"


def _named(where: Mapping[str, str]) -> str:
    return "'" + ", ".join(f"{axis}: {name}" for axis, name in where.items()) + "'"
