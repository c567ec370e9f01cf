"""Physics by MuJoCo."""

import copy
from collections.abc import Sequence
from enum import IntEnum
from typing import Any, ClassVar

import mujoco
import numpy as np
import numpy.typing as npt
from typing_extensions import override

from twin.addresses import address
from twin.errors import PhysicsError
from twin.geometry import FloatArray
from twin.physics import mujoco_many_kernels as kernels
from twin.physics.base import Contacts, IntArray, ManySimulations, Physics, RayHits, State
from twin.physics.checks import finite_array, row_of_motion, velocity_array
from twin.physics.mujoco_contacts import Touched
from twin.physics.mujoco_model import compile_scene
from twin.scene import Motion, Scene

_POSITION_WARNINGS = (mujoco.mjtWarning.mjWARN_BADQPOS,)
_VELOCITY_WARNINGS = (
    mujoco.mjtWarning.mjWARN_BADQVEL,
    mujoco.mjtWarning.mjWARN_BADQACC,
    mujoco.mjtWarning.mjWARN_INERTIA,
)


class _Stale(IntEnum):
    """What does not follow yet from what was set."""

    NOTHING = 0
    POSES = 1  # of kinematic bodies: the next step takes them in by itself
    EVERYTHING = 2


class MujocoPhysics(Physics):
    """Two geoms in contact have the smaller of their frictions. Bodies that came to rest sleep: they cost nothing and
    report no contacts until something awake touches them.
    """

    engine: ClassVar[str] = "mujoco"
    default_timestep: ClassVar[float] = 0.01

    def __init__(self, scene: Scene, timestep: float = default_timestep) -> None:
        self._stale = _Stale.EVERYTHING
        # Warnings are counted in the data and become errors here; the log file is not wanted as well.
        log = mujoco.MjLogConfig.get()
        log.logto_console = log.logto_file = False
        mujoco.MjLogConfig.set(log)
        self.scene = scene
        self.timestep = timestep
        self._compiled = compile_scene(scene, timestep)
        self._model = self._compiled.model
        self._data = mujoco.MjData(self._model)
        self._rest_poses = scene.initial_poses.copy()
        self._warnings = self._data.warning.number
        self._mocap = self._data.mocap_pos, self._data.mocap_quat
        self._known_mocap_rows: dict[tuple[int, ...], npt.NDArray[np.intp] | None] = {}
        self._touched = Touched(self._model, self._data)
        self._ray_models: dict[tuple[int, ...], mujoco.MjModel] = {}
        self.reset()

    @property
    @override
    def time(self) -> float:
        return float(self._data.time)

    @override
    def reset(self) -> None:
        mujoco.mj_resetData(self._model, self._data)
        self._touched.clear()
        self._stale = _Stale.EVERYTHING

    @override
    def step(self, count: int = 1) -> None:
        if self._stale is _Stale.EVERYTHING:
            self._refresh()
        self._touched.step(count)
        self._stale = _Stale.NOTHING
        self.check()

    @override
    def poses(self) -> FloatArray:
        self._settle()
        rows, ids, data = self._compiled.rows, self._compiled.ids, self._data
        poses = self._rest_poses.copy()
        poses[rows, :3] = data.xpos[ids]
        poses[rows, 3:] = data.xquat[ids]
        return poses

    @override
    def velocities(self) -> FloatArray:
        self._settle()
        compiled, data = self._compiled, self._data
        # MuJoCo gives (angular, linear) at the centre of mass of the whole tree.
        wx, wy, wz, vx, vy, vz = data.cvel[compiled.ids].T
        x, y, z = (data.xpos[compiled.ids] - data.subtree_com[compiled.roots]).T
        moving = np.stack([vx + wy * z - wz * y, vy + wz * x - wx * z, vz + wx * y - wy * x, wx, wy, wz], axis=-1)
        velocities = np.zeros((len(self.scene.bodies), 6))
        velocities[compiled.rows] = moving
        return velocities

    @override
    def velocity(self, body: int) -> FloatArray:
        self._settle()
        index = self._compiled.index.get(body)
        if index is None:
            return np.zeros(6)
        wx, wy, wz, vx, vy, vz = self._data.cvel[self._compiled.ids[index]].tolist()
        at, center = self._data.xpos[self._compiled.ids[index]], self._data.subtree_com[self._compiled.roots[index]]
        x, y, z = (at - center).tolist()
        return np.array([vx + wy * z - wz * y, vy + wz * x - wx * z, vz + wx * y - wy * x, wx, wy, wz])

    @override
    def set_pose(self, body: int, pose: npt.ArrayLike) -> None:
        row = row_of_motion(self.scene, body, Motion.FREE, Motion.KINEMATIC)
        values = finite_array(self.scene.bodies[row].name, "pose", pose, 7)
        if row in self._compiled.mocap:
            index = self._compiled.mocap[row]
            self._data.mocap_pos[index] = values[:3]
            self._data.mocap_quat[index] = values[3:]
        else:
            address, dofs = self._compiled.free[row]
            self._data.qpos[address : address + 7] = values
            self._data.qvel[dofs] = 0.0
        self._stale = _Stale.EVERYTHING

    @override
    def set_poses(self, bodies: Sequence[int], poses: FloatArray) -> None:
        rows = self._mocap_rows(tuple(bodies))
        if rows is None:
            super().set_poses(bodies, poses)
        elif len(rows):
            values = finite_array("bodies", "poses", poses.ravel(), 7 * len(rows)).reshape(-1, 7)
            self._mocap[0][rows], self._mocap[1][rows] = values[:, :3], values[:, 3:]
            self._stale = max(self._stale, _Stale.POSES)

    @override
    def set_velocity(self, body: int, velocity: npt.ArrayLike) -> None:
        row = row_of_motion(self.scene, body, Motion.FREE)
        values = velocity_array(self.scene.bodies[row].name, velocity)
        self._settle()
        address, dofs = self._compiled.free[row]
        rotation = np.empty(9)
        mujoco.mju_quat2Mat(rotation, self._data.qpos[address + 3 : address + 7])
        self._data.qvel[dofs.start : dofs.start + 3] = values[:3]
        self._data.qvel[dofs.start + 3 : dofs.start + 6] = rotation.reshape(3, 3).T @ values[3:]
        self._stale = _Stale.EVERYTHING

    @override
    def joint_state(self) -> tuple[FloatArray, FloatArray]:
        return self._data.qpos[self._compiled.actuator_qpos], self._data.qvel[self._compiled.actuator_dofs]

    @override
    def command(self, targets: npt.ArrayLike) -> None:
        self._data.ctrl[:] = finite_array("actuators", "targets", targets, self._model.nu)

    @override
    def contacts(self) -> Contacts:
        geoms, positions, normals, distances = self._touched.contacts()
        return Contacts(self._compiled.geom_rows[geoms], positions.copy(), normals.copy(), distances.copy())

    @override
    def save(self) -> State:
        self._settle()
        # All of the data, not MuJoCo's state vector: that one does not know who sleeps.
        kept = mujoco.MjData(self._model)
        mujoco.mj_copyData(kept, self._model, self._data)
        return State(self.engine, (kept, self._touched.save()))

    @override
    def restore(self, state: State) -> None:
        if state.engine != self.engine:
            raise PhysicsError(f"a state of engine '{state.engine}' cannot be restored on '{self.engine}'")
        kept, touched = state.payload
        self._touched.restore(touched)
        mujoco.mj_copyData(self._data, self._model, kept)
        self._stale = _Stale.NOTHING

    @override
    def cast_rays(
        self,
        origins: npt.ArrayLike,
        directions: npt.ArrayLike,
        max_distance: float,
        ignore: Sequence[int] = (),
    ) -> RayHits:
        self._settle()
        starts = np.asarray(origins, dtype=np.float64)
        rays = np.ascontiguousarray(directions, dtype=np.float64)
        geoms = np.full(len(rays), -1, dtype=np.int32)
        distances = np.full(len(rays), -1.0)
        model = self._model if not ignore else self._without(tuple(ignore))
        for start, index in _by_origin(starts):
            some_geoms, some_distances = geoms[index], distances[index]
            mujoco.mj_multiRay(
                model,
                self._data,
                start,
                rays[index].ravel(),
                _RAY_GROUPS,
                True,
                -1,
                some_geoms,
                some_distances,
                None,
                len(some_geoms),
                max_distance,
            )
            geoms[index], distances[index] = some_geoms, some_distances
        missed = (geoms < 0) | (distances > max_distance)
        rows = np.where(missed, -1, self._compiled.geom_rows[geoms])
        return RayHits(np.where(missed, np.inf, distances), rows)

    @override
    @classmethod
    def together(cls, slots: int, motors: int) -> ManySimulations:
        from twin.physics.mujoco_many import MujocoMany

        return MujocoMany(slots, motors)

    # -- for stepping together with others -----------------------------------------------------------------------

    def describe(self, row: IntArray, root: int, roles: IntArray, moved: Sequence[int]) -> object:
        """Write where everything is into a row of the table of ``mujoco_many``; keep what it returns."""
        self._settle()
        compiled, data = self._compiled, self._data
        index = compiled.index[root]
        kept = {
            kernels.CTRL: data.ctrl,
            kernels.QPOS: data.qpos,
            kernels.QVEL: data.qvel,
            kernels.XPOS: data.xpos,
            kernels.XQUAT: data.xquat,
            kernels.CVEL: data.cvel,
            kernels.COM: data.subtree_com,
            kernels.MOTOR_QPOS: compiled.actuator_qpos.astype(np.int64),
            kernels.MOTOR_DOFS: compiled.actuator_dofs.astype(np.int64),
            kernels.ROWS: compiled.rows.astype(np.int64),
            kernels.IDS: compiled.ids.astype(np.int64),
            kernels.ROLES: roles[compiled.geom_rows].astype(np.int8),
            kernels.WARNINGS: self._warnings,
            kernels.MOVED_ROWS: np.array([compiled.mocap[body] for body in moved], dtype=np.int64),
            kernels.MOCAP_POS: self._mocap[0],
            kernels.MOCAP_QUAT: self._mocap[1],
        }
        for field, array in kept.items():
            row[field] = address(array)
        row[[kernels.MOTORS, kernels.MOVERS, kernels.WARNING_COUNT]] = (
            self._model.nu,
            len(compiled.rows),
            len(self._warnings),
        )
        row[[kernels.ROOT_ID, kernels.ROOT_TREE]] = compiled.ids[index], compiled.roots[index]
        self.describe_contacts(row)
        return kept

    def describe_contacts(self, row: IntArray) -> None:
        """The part of it that changes when more touch than ever before."""
        self._touched.describe(row)

    def finish(self, left: int) -> None:
        """The end of a step of the kernels, with the timesteps ``left`` for want of room for contacts; -1 for none."""
        self._stale = _Stale.NOTHING
        if left >= 0:
            self._touched.finish(left)

    def check(self) -> None:
        """Raise ``PhysicsError`` where MuJoCo warns."""
        if np.count_nonzero(self._warnings):
            self._raise_warning()

    @override
    def close(self) -> None:
        if hasattr(self, "_data"):
            del self._touched, self._warnings, self._mocap, self._data, self._model, self._compiled

    def _refresh(self) -> None:
        """Bring everything derived up to what was set."""
        mujoco.mj_step1(self._model, self._data)
        self._stale = _Stale.NOTHING

    def _mocap_rows(self, bodies: tuple[int, ...]) -> npt.NDArray[np.intp] | None:
        """Where MuJoCo has bodies that are all kinematic; None for others. The same ones are moved again and again."""
        if bodies not in self._known_mocap_rows:
            mocap = self._compiled.mocap
            kinematic = all(row in mocap for row in bodies)
            rows = np.array([mocap[row] for row in bodies], dtype=np.intp) if kinematic else None
            self._known_mocap_rows[bodies] = rows
        return self._known_mocap_rows[bodies]

    def _settle(self) -> None:
        if self._stale:
            self._refresh()

    def _without(self, rows: tuple[int, ...]) -> mujoco.MjModel:
        """A copy of the model whose geoms of these bodies rays pass through: the model itself is shared."""
        if rows not in self._ray_models:
            model = self._ray_models[rows] = copy.copy(self._model)
            model.geom_group[np.isin(self._compiled.geom_rows, rows)] = _IGNORED_GROUP
        return self._ray_models[rows]

    def _raise_warning(self) -> None:
        warning = self._data.warning
        kind = int(np.flatnonzero(warning.number)[0])
        index = int(warning.lastinfo[kind])
        text = mujoco.mju_warningText(kind, index)
        body = ""
        if kind in _POSITION_WARNINGS:
            body = self.scene.bodies[self._compiled.qpos_rows[index]].name
        elif kind in _VELOCITY_WARNINGS:
            body = self.scene.bodies[self._compiled.dof_rows[index]].name
        about = f"body '{body}': " if body else ""
        raise PhysicsError(f"{about}MuJoCo at {self.time:.3f} s: {text}")


_IGNORED_GROUP = 1
_RAY_GROUPS = np.array([1, 0, 1, 1, 1, 1], dtype=np.uint8)


def _by_origin(starts: FloatArray) -> list[tuple[FloatArray, Any]]:
    """Rays that start together: one call of the engine serves them all."""
    if len(starts) == 0:
        return []
    if (starts == starts[0]).all():
        return [(starts[0], slice(None))]
    points, inverse = np.unique(starts, axis=0, return_inverse=True)
    return [(point, np.flatnonzero(inverse == i)) for i, point in enumerate(points)]
