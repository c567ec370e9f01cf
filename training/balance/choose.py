"""Which of the frames that were found bring the counts asked for, with as few frames as can be."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.balance.targets import Targets

MISSING = 20.0
"""Frames that one object too few or too many is worth: far more than it costs."""
OFF = 0.3
"""The same within the tolerance: about what it costs, so that most counts are what was asked for."""
GAP = 0.01
"""Share by which the choice may be longer than the shortest one."""
NODES = 400
"""Of the search; a limit in seconds would make the choice depend on the machine."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The best mixture of frames if a frame could be taken in part."""

    frames: float
    missing: float
    """Objects too few or too many."""
    worth: npt.NDArray[np.float64]
    """Frames that one more object of each cell would save, (cells,); negative where there are too many."""


class Pool:
    """Frames that could be taken: the objects of each cell in each, and of what not too many are wanted."""

    def __init__(self, targets: Targets, counts: npt.ArrayLike, *limits: tuple[npt.ArrayLike, int]) -> None:
        """``counts`` (frames, cells). Each of ``limits``: a group of each frame (frames,), and how many of one group
        are taken at most.
        """
        from scipy import sparse

        self._targets = targets
        self._counts = np.asarray(counts, dtype=np.float64).reshape(-1, len(targets.cells))
        frames, cells = self._counts.shape
        kinds = [(*_numbered(groups), most) for groups, most in limits]
        members: list[Any] = [
            sparse.csr_array((np.ones(frames), (rows, np.arange(frames))), shape=(count, frames))
            for rows, count, _ in kinds
        ]
        most = np.concatenate([np.full(count, float(most)) for _, count, most in kinds])
        one: Any = sparse.eye_array(cells)
        nothing: Any = sparse.csr_array((len(most), 4 * cells))
        self._matrix: Any = sparse.vstack(
            [
                sparse.hstack([sparse.csr_array(self._counts.T), one, -one, one, -one]),
                sparse.hstack([sparse.vstack(members), nothing]),
            ]
        ).tocsr()
        wanted = targets.counts
        self._low = np.concatenate([wanted, np.zeros(len(most))])
        self._high = np.concatenate([wanted, most])
        self._cost = np.concatenate([np.ones(frames), np.full(2 * cells, OFF), np.full(2 * cells, MISSING)])
        within = np.floor(targets.tolerance * wanted + 1e-9)
        self._most = np.concatenate([np.ones(frames), within, within, np.full(2 * cells, np.inf)])

    def relaxed(self, off: float = OFF) -> Relaxed:
        """Solves the linear programme. With 0 for ``off``, no choice that meets as much has fewer frames."""
        from scipy import sparse
        from scipy.optimize import linprog

        frames, cells = self._counts.shape
        cost = self._cost.copy()
        cost[frames : frames + 2 * cells] = off
        found: Any = linprog(
            cost,
            A_ub=sparse.vstack([self._matrix, -self._matrix]).tocsr(),
            b_ub=np.concatenate([self._high, -self._low]),
            bounds=list(zip(np.zeros(len(self._most)), self._most, strict=True)),
            method="highs",
        )
        marginals = -found.ineqlin.marginals
        rows = len(self._low)
        worth = marginals[rows : rows + cells] - marginals[:cells]
        return Relaxed(float(found.x[:frames].sum()), float(found.x[frames + 2 * cells :].sum()), worth)

    def chosen(self) -> npt.NDArray[np.int64]:
        """Numbers of the frames to take, ascending."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        frames = len(self._counts)
        whole = np.concatenate([np.ones(frames), np.zeros(len(self._most) - frames)])
        found = milp(
            self._cost,
            integrality=whole,
            bounds=Bounds(0, self._most),
            constraints=LinearConstraint(self._matrix, self._low, self._high),
            options={"mip_rel_gap": GAP, "node_limit": NODES},
        )
        if found.x is None:  # out of nodes: none at all is the start of every search
            return np.zeros(0, np.int64)
        return np.flatnonzero(found.x[:frames] > 0.5)


def _numbered(groups: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], int]:
    """The same groups (frames,) as numbers from 0, and how many they are."""
    _, rows = np.unique(np.asarray(groups), return_inverse=True, axis=0)
    return rows.reshape(-1), int(rows.max(initial=-1)) + 1
