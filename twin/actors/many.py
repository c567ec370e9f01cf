"""Those who walk in many worlds, moved in one call."""

from typing import Any

import numpy as np

from twin.actors import many_kernels as kernels
from twin.addresses import address
from twin.geometry import FloatArray
from twin.patrols import Patrols


class ManyPatrols:
    """A table of addresses, one row a world; the kernel goes along it."""

    def __init__(self, slots: int) -> None:
        self._table = np.zeros((slots, kernels.FIELDS), dtype=np.int64)
        self._kept: list[Any] = [None] * slots  # what the table points at

    def put(self, slot: int, patrols: Patrols, pose: FloatArray, velocity: FloatArray) -> FloatArray:
        """Have those of a world in a slot: where they are (n, 7) from the next ``advance`` on.

        The robot's ``pose`` (7,) and ``velocity`` (6,) are read at every step.
        """
        row, ground = self._table[slot], patrols.ground
        poses, radius = patrols.poses(), np.array([patrols.robot_radius])
        arrays = {
            kernels.STATES: patrols.state,
            kernels.TRAITS_AT: patrols.traits,
            kernels.SHAPES: patrols.shapes,
            kernels.CORNERS: patrols.corners,
            kernels.FIRST: patrols.first,
            kernels.LOOPS: patrols.loops,
            kernels.CLEARANCE: ground.clearance,
            kernels.FRAME: ground.frame,
            kernels.HEIGHTS: patrols.heights,
            kernels.RADIUS: radius,
            kernels.ROBOT_POSE: pose,
            kernels.ROBOT_VELOCITY: velocity,
            kernels.POSES: poses,
        }
        for field, array in arrays.items():
            row[field] = address(array)
        row[kernels.ACTORS], row[kernels.CORNER_COUNT] = len(patrols.bodies), len(patrols.corners)
        row[[kernels.ROWS, kernels.COLUMNS]] = ground.clearance.shape
        self._kept[slot] = arrays
        return poses

    def advance(self, first: int, every: int, seconds: float) -> None:
        """Go on in the slots ``first``, ``first + every``..."""
        kernels.advance_each(self._table, first, every, seconds)
