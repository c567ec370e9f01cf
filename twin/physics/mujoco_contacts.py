"""What touched during a call of ``step``, noted without Python's lock."""

from typing import Any, TypeAlias

import mujoco
import numpy as np
import numpy.typing as npt

from twin.addresses import address
from twin.geometry import FloatArray
from twin.physics.base import IntArray
from twin.physics.mujoco_kernels import Int32Array, advance, note
from twin.physics.mujoco_many_kernels import DISTANCES, GEOMS, MEMORY, NORMALS, NOTED, POSITIONS, ROOM
from twin.physics.mujoco_memory import find_contacts, memory_of, step_functions

_ROOM = 64
Columns: TypeAlias = tuple[Any, Any, Any, Any]
State: TypeAlias = tuple[npt.NDArray[np.int64], tuple[npt.NDArray[Any], ...]]


class Touched:
    """Steps one simulation and keeps its contacts: geoms (n, 2), positions and normals (n, 3), distances (n,)."""

    def __init__(self, model: mujoco.MjModel, data: mujoco.MjData) -> None:
        self._data = data
        self._functions, self._memory = step_functions(), memory_of(model, data)
        self._rows = np.zeros(2, dtype=np.int64)
        self._columns: Columns = (
            np.zeros((_ROOM, 2), np.int32),
            np.zeros((_ROOM, 3)),
            np.zeros((_ROOM, 3)),
            np.zeros(_ROOM),
        )

    def clear(self) -> None:
        """Forget all contacts."""
        self._rows[:] = 0

    def step(self, count: int) -> None:
        """Advance ``count`` timesteps, and note every pair that touches in any of them."""
        self.clear()
        left = advance(self._functions, self._memory, count, *self._columns, self._rows)
        if left >= 0:
            self.finish(left)

    def finish(self, left: int) -> None:
        """Go on after ``advance`` found no room for a note, with so many steps ``left``."""
        while left >= 0:
            find_contacts(self._memory, self._data)
            while not note(self._memory, *self._columns, self._rows):
                geoms, positions, normals, distances = (np.concatenate([c, c]) for c in self._columns)
                self._columns = geoms, positions, normals, distances
            left = advance(self._functions, self._memory, left, *self._columns, self._rows)

    def describe(self, row: IntArray) -> None:
        """Write where the notes are into a row of the table of ``mujoco_many``."""
        row[[MEMORY, NOTED, ROOM]] = address(self._memory), address(self._rows), len(self._columns[0])
        row[[GEOMS, POSITIONS, NORMALS, DISTANCES]] = [address(column) for column in self._columns]

    def contacts(self) -> tuple[Int32Array, FloatArray, FloatArray, FloatArray]:
        """Views that last until the next step."""
        geoms, positions, normals, distances = (column[: self._rows[1]] for column in self._columns)
        return geoms, positions, normals, distances

    def save(self) -> State:
        """For going back to this moment."""
        return self._rows.copy(), tuple(column[: self._rows[1]].copy() for column in self._columns)

    def restore(self, state: State) -> None:
        """Go back to a saved moment."""
        rows, columns = state
        self._rows[:] = rows
        geoms, positions, normals, distances = (
            np.concatenate([kept, column[len(kept) :]]) for kept, column in zip(columns, self._columns, strict=True)
        )
        self._columns = geoms, positions, normals, distances
