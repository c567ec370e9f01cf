"""Simulations of MuJoCo that are stepped together, outside Python's lock."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from twin.addresses import address
from twin.geometry import FloatArray
from twin.physics import mujoco_many_kernels as kernels
from twin.physics.base import IntArray, ManySimulations, Physics
from twin.physics.mujoco import MujocoPhysics
from twin.physics.mujoco_memory import step_functions


class MujocoMany(ManySimulations):
    """A table of addresses, one row a simulation; the kernels go along it."""

    def __init__(self, slots: int, motors: int) -> None:
        super().__init__(slots, motors)
        self._functions = step_functions()
        self._table = np.zeros((slots, kernels.FIELDS), dtype=np.int64)
        self._left = np.zeros(slots, dtype=np.int64)
        self._warned = np.zeros(slots, dtype=bool)
        self._physics: list[MujocoPhysics | None] = [None] * slots
        self._kept: list[Any] = [None] * slots  # what the table points at

    @override
    def put(
        self,
        slot: int,
        physics: Physics,
        root: int,
        roles: IntArray,
        poses: FloatArray,
        velocity: FloatArray,
        moved: Sequence[int],
        moved_poses: FloatArray,
    ) -> None:
        assert isinstance(physics, MujocoPhysics)
        row, self._physics[slot] = self._table[slot], physics
        self._kept[slot] = poses, velocity, moved_poses, physics.describe(row, root, roles, moved)
        row[[kernels.POSES, kernels.BODIES, kernels.VELOCITY]] = address(poses), len(poses), address(velocity)
        row[[kernels.MOVED_POSES, kernels.MOVED]] = address(moved_poses), len(moved_poses)
        kernels.read_all(self._table[slot : slot + 1], 0, 1, *(a[slot : slot + 1] for a in self._outputs))

    @override
    def step(self, first: int, every: int, count: int, targets: FloatArray) -> None:
        kernels.advance_all(self._functions, self._table, first, every, count, targets, self._left)
        for slot in range(first, len(self._table), every):
            physics = self._physics_in(slot)
            physics.finish(int(self._left[slot]))
            if self._left[slot] >= 0:
                physics.describe_contacts(self._table[slot])
        kernels.read_all(self._table, first, every, *self._outputs)
        for slot in np.flatnonzero(self._warned[first::every]).tolist():
            self._physics_in(first + slot * every).check()

    @property
    def _outputs(self) -> tuple[npt.NDArray[Any], ...]:
        return self.positions, self.velocities, self.touching, self._warned

    def _physics_in(self, slot: int) -> MujocoPhysics:
        physics = self._physics[slot]
        assert physics is not None
        return physics
