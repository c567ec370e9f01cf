"""Counts the objects of a frame by cell."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from training.balance.axes import Seen, axes
from training.balance.targets import Targets
from training.stills.stages import Stage
from twin.geometry import FloatArray
from twin.labels import LabelInput

Counts = npt.NDArray[np.int16]


@dataclass
class Measure:
    """Of the frames of one stage; pictures of 16 cells or of a thousand cost the same."""

    targets: Targets
    _bin_of_cell: dict[str, npt.NDArray[np.int64]] = field(init=False)
    """Of each axis: the number of each cell's bin (cells,), -1 where any will do."""
    _edges: dict[str, FloatArray] = field(init=False)
    """Of each axis: from and to of its bins, (bins, 2)."""

    def __post_init__(self) -> None:
        """Names become numbers."""
        self._bin_of_cell, self._edges = {}, {}
        for axis, bins in self.targets.bins.items():
            number = {name: i for i, name in enumerate(bins)}
            rows = [number.get(cell.where.get(axis, ""), -1) for cell in self.targets.cells]
            self._bin_of_cell[axis] = np.array(rows, dtype=np.int64)
            self._edges[axis] = np.array([bins[name] for name in bins])

    def counts(self, stage: Stage, given: LabelInput) -> Counts:
        """Objects of each cell (cells,) that are in a frame with ``min_pixels`` at least."""
        picked = np.flatnonzero(given.visible.pixels >= self.targets.min_pixels)
        fits = np.ones((len(picked), len(self.targets.cells)), dtype=bool)
        for axis in self.targets.bins:
            fits &= self._fitting(axis, Seen(stage, given, picked))
            left = fits.any(axis=1)  # what no cell wants any more is not measured along dearer axes
            picked, fits = picked[left], fits[left]
        return fits.sum(axis=0).astype(np.int16)

    def _fitting(self, axis: str, seen: Seen) -> npt.NDArray[np.bool_]:
        """Which cells (objects, cells) the picked objects may be in, as far as one axis says."""
        wanted = self._bin_of_cell[axis]
        if not len(seen.picked):
            return np.ones((0, len(wanted)), dtype=bool)
        values = axes()[axis].measure(seen)[:, None]
        within = (values >= self._edges[axis][:, 0]) & (values < self._edges[axis][:, 1])
        held = np.concatenate([within, np.ones((len(values), 1), dtype=bool)], axis=1)  # column -1: any will do
        return np.asarray(held[:, wanted])
