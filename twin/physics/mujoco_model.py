"""A scene as a compiled MuJoCo model, and where each of its bodies went."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import mujoco
import numpy as np
import numpy.typing as npt

from twin.errors import InputError
from twin.geometry import FloatArray, compose
from twin.per_object import per_object
from twin.physics.inertia import body_inertia, convex_hull
from twin.physics.mujoco_rest import let_rest
from twin.scene import Actuator, Geom, Joint, Motion, Scene, Shape, Vec3

Rows = npt.NDArray[np.intp]

_TYPES = {
    Shape.BOX: mujoco.mjtGeom.mjGEOM_BOX,
    Shape.SPHERE: mujoco.mjtGeom.mjGEOM_SPHERE,
    Shape.CYLINDER: mujoco.mjtGeom.mjGEOM_CYLINDER,
    Shape.CAPSULE: mujoco.mjtGeom.mjGEOM_CAPSULE,
    Shape.PLANE: mujoco.mjtGeom.mjGEOM_PLANE,
    Shape.MESH: mujoco.mjtGeom.mjGEOM_MESH,
}
_WORLD = -1
_IMPEDANCE = (0.95, 0.99)
"""Harder than MuJoCo's default: what rests sinks in by hundredths of a millimetre."""


@dataclass(frozen=True)
class CompiledScene:
    """``rows`` lists the scene bodies that are MuJoCo bodies of their own (all that can move), ``ids`` those bodies."""

    model: mujoco.MjModel
    rows: Rows
    ids: Rows
    roots: Rows  # root body of each id's kinematic tree
    geom_rows: Rows  # scene body of each geom
    free: Mapping[int, tuple[int, slice]]  # row -> address in qpos, dofs of the whole tree
    mocap: Mapping[int, int]  # row -> mocap index
    actuator_qpos: Rows
    actuator_dofs: Rows
    dof_rows: Rows  # scene body of each degree of freedom
    qpos_rows: Rows

    @cached_property
    def index(self) -> Mapping[int, int]:
        """Where in ``rows`` each row is."""
        return {row: i for i, row in enumerate(self.rows.tolist())}


@per_object
def compile_scene(scene: Scene, timestep: float) -> CompiledScene:
    """The model, shared by all simulations of a scene object: do not write to it.

    Bodies that never move become geoms of the world: a broad phase over movers only is several times faster.
    """
    builder = _Builder(scene, timestep)
    for row in range(len(scene.bodies)):
        if builder.anchors[row] == row:
            builder.add_body(row)
    solid = [(row, geom) for row, body in enumerate(scene.bodies) for geom in body.geoms if geom.collides]
    places = np.array([geom.pose.array() for _, geom in solid]).reshape(-1, 7)
    fixed = np.array([builder.anchors[row] == _WORLD for row, _ in solid], dtype=bool)
    carriers = scene.initial_poses[[row for row, _ in solid]] if solid else places
    places[fixed] = compose(carriers[fixed], places[fixed])
    for (row, geom), place in zip(solid, places, strict=True):
        builder.add_geom(row, geom, place)
    builder.exclude_within_trees()
    for actuator in scene.actuators:
        builder.add_actuator(actuator)
    model = builder.spec.compile()
    let_rest(model)
    return _index(scene, model, builder.bodies, builder.geoms)


def _anchors(scene: Scene) -> list[int]:
    """For each row the row of the MuJoCo body that carries it: itself, or ``_WORLD`` for what never moves."""
    anchors: list[int] = []
    for row, body in enumerate(scene.bodies):
        parent = anchors[scene.body_index[body.parent]] if body.parent else _WORLD
        anchors.append(row if body.motion is not Motion.STATIC or parent != _WORLD else _WORLD)
    return anchors


def _friction_priorities(scene: Scene) -> dict[float, int]:
    """MuJoCo takes the parameters of the geom with the higher priority: let that be the more slippery one."""
    frictions = sorted({g.friction for b in scene.bodies for g in b.geoms}, reverse=True)
    return {friction: rank for rank, friction in enumerate(frictions)}


class _Builder:
    """Turns scene bodies into specification elements, parents first."""

    def __init__(self, scene: Scene, timestep: float) -> None:
        self.scene = scene
        self.anchors = _anchors(scene)
        self.bodies: dict[int, Any] = {}
        self.geoms: list[tuple[Any, int]] = []
        self.spec = mujoco.MjSpec()
        self._meshes = {mesh.name: mesh for mesh in scene.meshes}
        self._hulls: dict[tuple[str, Vec3], str] = {}
        self._priorities = _friction_priorities(scene)
        self._set_options(timestep)

    def _set_options(self, timestep: float) -> None:
        option = self.spec.option
        option.timestep = timestep
        # Motors' damping inside the contact solve: with implicitfast, stiff wheel servos overshoot by half at 10 ms.
        option.integrator = mujoco.mjtIntegrator.mjINT_DISCRETE
        option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
        option.impratio = 10.0  # friction ten times stiffer than the normal: wheels and stacks hardly creep
        option.enableflags |= mujoco.mjtEnableBit.mjENBL_SLEEP
        option.disableflags |= mujoco.mjtDisableBit.mjDSBL_AUTORESET
        self.spec.compiler.degree = False

    def add_body(self, row: int) -> None:
        body = self.scene.bodies[row]
        carrier = self.anchors[self.scene.body_index[body.parent]] if body.parent else _WORLD
        alone = carrier == _WORLD or body.motion in (Motion.FREE, Motion.KINEMATIC)
        parent = self.spec.worldbody if alone else self.bodies[carrier]
        pose = self.scene.initial_poses[row] if alone else body.pose.array()
        handle = parent.add_body(name=_name(row), pos=pose[:3], quat=pose[3:], mocap=body.motion is Motion.KINEMATIC)
        if body.motion in (Motion.FREE, Motion.JOINTED):
            inertia = body_inertia(body, self._meshes)
            handle.explicitinertial = True
            handle.mass, handle.inertia = inertia.mass, inertia.moments
            handle.ipos, handle.iquat = inertia.center, inertia.quaternion
        if body.motion is Motion.FREE:
            handle.add_freejoint(name=_name(row))
        if body.joint is not None:
            _add_joint(handle, _name(row), body.joint)
        self.bodies[row] = handle

    def add_geom(self, row: int, geom: Geom, place: FloatArray) -> None:
        """``place`` (7,): its pose in the world, or on the body that carries it."""
        anchor = self.anchors[row]
        parent = self.spec.worldbody if anchor == _WORLD else self.bodies[anchor]
        handle = parent.add_geom(type=_TYPES[geom.shape], pos=place[:3], quat=place[3:], density=0.0)
        if geom.shape is Shape.MESH:
            handle.meshname = self._add_mesh(geom)
        else:
            handle.size = (0.0, 0.0, 1.0) if geom.shape is Shape.PLANE else geom.size
        handle.friction[0] = geom.friction
        handle.solimp[:2] = _IMPEDANCE
        handle.condim = 3 if geom.friction > 0 else 1
        handle.priority = self._priorities[geom.friction]
        handle.surfacevel[:3] = geom.surface_velocity
        if self._is_passive(anchor):
            handle.contype = 0
        self.geoms.append((handle, row))

    def add_actuator(self, actuator: Actuator) -> None:
        row = self.scene.body_index[actuator.body]
        if self.scene.bodies[row].joint is None:
            raise InputError(f"actuator '{actuator.name}': body '{actuator.body}' has no joint to drive")
        handle = self.spec.add_actuator(name=actuator.name, target=_name(row), trntype=mujoco.mjtTrn.mjTRN_JOINT)
        if actuator.kind == "velocity":
            handle.set_to_velocity(kv=actuator.gain)
        else:
            handle.set_to_position(kp=actuator.gain, dampratio=1.0)
        handle.forcelimited = True
        handle.forcerange = (-actuator.max_force, actuator.max_force)

    def exclude_within_trees(self) -> None:
        """Links of one mechanism never collide with each other."""
        trees: dict[int, list[int]] = {}
        for row in self.bodies:
            trees.setdefault(self._root(row), []).append(row)
        for first, second in (pair for rows in trees.values() for pair in combinations(rows, 2)):
            self.spec.add_exclude(bodyname1=_name(first), bodyname2=_name(second))

    def _add_mesh(self, geom: Geom) -> str:
        key = geom.mesh, geom.size
        if key not in self._hulls:
            hull = convex_hull(self._meshes[geom.mesh], geom.size)
            self._hulls[key] = f"m{len(self._hulls)}"
            self.spec.add_mesh(name=self._hulls[key], uservert=hull.vertices.ravel(), userface=hull.faces.ravel())
        return self._hulls[key]

    def _is_passive(self, anchor: int) -> bool:
        """True for what no force moves: two passive geoms never need a contact."""
        return anchor == _WORLD or self.scene.bodies[self._root(anchor)].motion is Motion.KINEMATIC

    def _root(self, row: int) -> int:
        """The nearest ancestor, or itself, that is placed in the world by itself."""
        body = self.scene.bodies[row]
        while body.motion in (Motion.STATIC, Motion.JOINTED) and body.parent:
            row = self.scene.body_index[body.parent]
            body = self.scene.bodies[row]
        return row


def _name(row: int) -> str:
    return f"b{row}"


def _add_joint(handle: Any, name: str, joint: Joint) -> None:
    kinds = {"hinge": mujoco.mjtJoint.mjJNT_HINGE, "slide": mujoco.mjtJoint.mjJNT_SLIDE}
    added = handle.add_joint(name=name, type=kinds[joint.kind], axis=joint.axis, armature=joint.armature)
    added.damping[0] = joint.damping
    if joint.limits is not None:
        added.limited, added.range = True, joint.limits


def _index(
    scene: Scene, model: mujoco.MjModel, handles: dict[int, Any], geom_handles: list[tuple[Any, int]]
) -> CompiledScene:
    rows = np.array(sorted(handles), dtype=np.intp)
    ids = np.array([handles[row].id for row in rows], dtype=np.intp)
    geom_rows = np.empty(model.ngeom, dtype=np.intp)
    for handle, row in geom_handles:
        geom_rows[handle.id] = row
    row_of_id = np.full(model.nbody, -1, dtype=np.intp)
    row_of_id[ids] = rows
    free, mocap = {}, {}
    for row, body_id in zip(rows.tolist(), ids.tolist(), strict=True):
        motion = scene.bodies[row].motion
        if motion is Motion.FREE:
            dofs = np.flatnonzero(model.body_rootid[model.dof_bodyid] == body_id)
            free[row] = (int(model.jnt_qposadr[model.body_jntadr[body_id]]), slice(dofs[0], dofs[-1] + 1))
        elif motion is Motion.KINEMATIC:
            mocap[row] = int(model.body_mocapid[body_id])
    joints = model.actuator_trnid[:, 0] if model.nu else np.zeros(0, dtype=np.intp)
    qpos_joints = np.searchsorted(model.jnt_qposadr, np.arange(model.nq), side="right") - 1
    return CompiledScene(
        model=model,
        rows=rows,
        ids=ids,
        roots=model.body_rootid[ids].astype(np.intp),
        geom_rows=geom_rows,
        free=free,
        mocap=mocap,
        actuator_qpos=model.jnt_qposadr[joints].astype(np.intp),
        actuator_dofs=model.jnt_dofadr[joints].astype(np.intp),
        dof_rows=row_of_id[model.dof_bodyid],
        qpos_rows=row_of_id[model.jnt_bodyid[qpos_joints]] if model.nq else np.zeros(0, dtype=np.intp),
    )
