"""Physics by PyBullet."""

import contextlib
import ctypes
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from twin import geometry
from twin.errors import PhysicsError
from twin.geometry import FloatArray
from twin.physics.base import Contacts, Physics, RayHits, State
from twin.physics.checks import finite_array, row_of_motion, velocity_array
from twin.scene import Motion, Scene

_C_LIBRARY = ctypes.CDLL(None)
_OUTPUTS = (1, 2)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Bullet greets and warns on the process's own outputs, behind Python's back."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [os.dup(output) for output in _OUTPUTS]
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        for output in _OUTPUTS:
            os.dup2(sink, output)
        yield
    finally:
        _C_LIBRARY.fflush(None)
        for output, copy in zip(_OUTPUTS, saved, strict=True):
            os.dup2(copy, output)
        for descriptor in (*saved, sink):
            os.close(descriptor)


with _silence():
    import pybullet as bullet

    from twin.physics.pybullet_model import build, xyzw

_ORDER = [0, 1, 2, 6, 3, 4, 5]  # position, x, y, z, w -> position, w, x, y, z
_LOST = 1e6
"""Metres from the origin at which a body is called lost."""
_RAYS_PER_CALL = 8192
_PUSHED, _PLACED = (1, -1), (2, ~2)
"""Bullet's collision group and mask of what forces move, and of what they do not: the latter never meet each other."""


class PybulletPhysics(Physics):
    """Two geoms in contact have the smaller of their frictions; less than that where neither is the scene's usual one.

    Nothing sleeps: what rests is simulated and reports its contacts.
    """

    engine: ClassVar[str] = "pybullet"
    default_timestep: ClassVar[float] = 1 / 240

    def __init__(self, scene: Scene, timestep: float = default_timestep) -> None:
        self.scene = scene
        self.timestep = timestep
        with _silence():
            client = bullet.connect(bullet.DIRECT)
        if client < 0:
            raise PhysicsError("PyBullet has no room for another simulation in this process: close some")
        self._client: int | None = client
        bullet.setGravity(0.0, 0.0, -9.81, physicsClientId=client)
        bullet.setPhysicsEngineParameter(
            fixedTimeStep=timestep,
            numSubSteps=0,
            deterministicOverlappingPairs=1,
            enableFileCaching=0,
            physicsClientId=client,
        )
        try:
            self._index = build(scene, timestep, client)
        except BaseException:
            self.close()
            raise
        self._prepare()
        self._initial = bullet.saveState(physicsClientId=client)
        self.reset()

    def _prepare(self) -> None:
        """Arrays and lists that every later call uses."""
        index, bodies = self._index, self.scene.bodies
        self._owners = np.full((1 + max((u for u, _ in index.owners), default=0), 1 + self._most_links()), -1)
        for (uid, link), row in index.owners.items():
            self._owners[uid, link + 1] = row
        self._rows = np.array(list(index.links), dtype=np.intp)
        self._to_frame = np.array([geometry.inverse(index.inertial[row]) for row in index.links]).reshape(-1, 7)
        self._link_lists: dict[int, list[int]] = defaultdict(list)
        for uid, link in index.links.values():
            self._link_lists[uid].append(link)
        self._at_rest = np.array([bodies[row].motion is Motion.KINEMATIC for row in index.links], dtype=bool)
        moving = {uid for uid, _ in index.links.values()}
        self._colliders = [
            (uid, link, *(_PUSHED if self._is_pushed(row) else _PLACED))
            for (uid, link), row in index.owners.items()
            if uid in moving
        ]
        self._motors: dict[tuple[int, str], list[int]] = defaultdict(list)
        for i, ((uid, _, _), actuator) in enumerate(zip(index.actuators, self.scene.actuators, strict=True)):
            self._motors[uid, actuator.kind].append(i)

    def _is_pushed(self, row: int) -> bool:
        """Whether forces move a body: fixed parts go with what carries them."""
        body = self.scene.bodies[row]
        if body.motion is Motion.STATIC and body.parent:
            return self._is_pushed(self.scene.body_index[body.parent])
        return body.motion in (Motion.FREE, Motion.JOINTED)

    def _most_links(self) -> int:
        return 1 + max((link for _, link in self._index.owners), default=0)

    @property
    @override
    def time(self) -> float:
        return self._steps * self.timestep

    @override
    def reset(self) -> None:
        self._forget_pairs()
        bullet.restoreState(self._initial, physicsClientId=self._client)
        for row in self._index.links:
            if self.scene.bodies[row].motion is Motion.KINEMATIC:
                self._place(row, self.scene.initial_poses[row])
        self._steps = 0
        self._contacts: list[tuple[Any, ...]] = []
        self.command(np.zeros(len(self.scene.actuators)))
        self._frames: FloatArray | None = None

    @override
    def step(self, count: int = 1) -> None:
        client, belts = self._client, self._index.belts
        touching: dict[tuple[int, ...], list[tuple[Any, ...]]] = {}
        for _ in range(count):
            for belt in belts:
                bullet.resetBasePositionAndOrientation(belt.uid, belt.position, belt.quaternion, physicsClientId=client)
                bullet.resetBaseVelocity(belt.uid, belt.velocity, (0.0, 0.0, 0.0), physicsClientId=client)
            bullet.stepSimulation(physicsClientId=client)
            touching.update(_touching(bullet.getContactPoints(physicsClientId=client)))
        self._contacts = [contact for contacts in touching.values() for contact in contacts]
        self._steps += count
        self._frames = None
        self._check()

    @override
    def poses(self) -> FloatArray:
        poses = self.scene.initial_poses.copy()
        poses[self._rows] = self._body_frames()
        return poses

    @override
    def velocities(self) -> FloatArray:
        velocities = np.zeros((len(self.scene.bodies), 6))
        if len(self._rows):
            centers, spatial = self._centers()
            arm = self._body_frames()[:, :3] - centers[:, :3]
            spatial[:, :3] += np.cross(spatial[:, 3:], arm)
            spatial[self._at_rest] = 0.0
            velocities[self._rows] = spatial
        return velocities

    @override
    def set_pose(self, body: int, pose: npt.ArrayLike) -> None:
        row = row_of_motion(self.scene, body, Motion.FREE, Motion.KINEMATIC)
        self._place(row, finite_array(self.scene.bodies[row].name, "pose", pose, 7))
        self._frames = None

    @override
    def set_velocity(self, body: int, velocity: npt.ArrayLike) -> None:
        row = row_of_motion(self.scene, body, Motion.FREE)
        values = velocity_array(self.scene.bodies[row].name, velocity)
        uid, _ = self._index.links[row]
        frames, centers = self._body_frames(), self._centers()[0]
        i = int(np.flatnonzero(self._rows == row)[0])
        linear = values[:3] + np.cross(values[3:], centers[i, :3] - frames[i, :3])
        bullet.resetBaseVelocity(uid, linear.tolist(), values[3:].tolist(), physicsClientId=self._client)

    @override
    def joint_state(self) -> tuple[FloatArray, FloatArray]:
        states = [
            bullet.getJointState(uid, link, physicsClientId=self._client)[:2] for uid, link, _ in self._index.actuators
        ]
        both = np.array(states, dtype=np.float64).reshape(-1, 2)
        return both[:, 0].copy(), both[:, 1].copy()

    @override
    def command(self, targets: npt.ArrayLike) -> None:
        self._targets = finite_array("actuators", "targets", targets, len(self.scene.actuators)).copy()
        actuators = self.scene.actuators
        for (uid, kind), motors in self._motors.items():
            links = [self._index.actuators[i][1] for i in motors]
            forces = [actuators[i].max_force for i in motors]
            values = [float(self._targets[i]) for i in motors]
            if kind == "velocity":
                mode, extra = bullet.VELOCITY_CONTROL, {"targetVelocities": values}
            else:
                gains = [self._index.actuators[i][2] for i in motors]
                mode, extra = bullet.POSITION_CONTROL, {"targetPositions": values, "positionGains": gains}
            bullet.setJointMotorControlArray(uid, links, mode, forces=forces, **extra, physicsClientId=self._client)

    @override
    def contacts(self) -> Contacts:
        touching = self._contacts
        where = np.array([(c[1], c[3], c[2], c[4]) for c in touching], dtype=np.intp).reshape(-1, 4)
        bodies = np.stack([self._owners[where[:, 0], where[:, 1] + 1], self._owners[where[:, 2], where[:, 3] + 1]], 1)
        return Contacts(
            bodies,
            np.array([c[6] for c in touching], dtype=np.float64).reshape(-1, 3),
            -np.array([c[7] for c in touching], dtype=np.float64).reshape(-1, 3),
            np.array([c[8] for c in touching], dtype=np.float64),
        )

    @override
    def save(self) -> State:
        # Through a file, because Bullet's states in memory belong to one object and are never freed by themselves.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "state"
            bullet.saveBullet(str(path), physicsClientId=self._client)
            payload = (path.read_bytes(), self.poses(), self._steps, self._targets, self._contacts)
        state = State(self.engine, payload)
        # The file does not keep apart the contacts of a body's several geoms: from here on, the same for who goes on
        # and for who comes back.
        self.restore(state)
        return state

    @override
    def restore(self, state: State) -> None:
        if state.engine != self.engine:
            raise PhysicsError(f"a state of engine '{state.engine}' cannot be restored on '{self.engine}'")
        data, poses, self._steps, targets, self._contacts = state.payload
        self._forget_pairs()
        with tempfile.TemporaryDirectory() as folder, _silence():
            path = Path(folder) / "state"
            path.write_bytes(data)
            bullet.restoreState(fileName=str(path), physicsClientId=self._client)
        for row in self._rows[self._at_rest].tolist():
            self._place(row, poses[row])
        self.command(targets)
        self._frames = None

    @override
    def cast_rays(
        self,
        origins: npt.ArrayLike,
        directions: npt.ArrayLike,
        max_distance: float,
        ignore: Sequence[int] = (),
    ) -> RayHits:
        starts = np.asarray(origins, dtype=np.float64).reshape(-1, 3)
        ends = starts + np.asarray(directions, dtype=np.float64).reshape(-1, 3) * max_distance
        rows = np.full(len(starts), -1, dtype=np.intp)
        distances = np.full(len(starts), np.inf)
        ignored = np.asarray(ignore, dtype=np.intp)
        pending, skip = np.arange(len(starts)), -1
        while len(pending):
            found, fractions = self._cast(starts[pending], ends[pending], skip)
            rows[pending] = found
            distances[pending] = np.where(found >= 0, fractions * max_distance, np.inf)
            # Rays that ended at an ignored body ask again, for what lies one hit further.
            pending, skip = pending[np.isin(found, ignored)], max(skip, 0) + 1
        return RayHits(distances, rows)

    @override
    def close(self) -> None:
        self._contacts = []
        if self._client is not None:
            with _silence():
                bullet.disconnect(self._client)
            self._client = None

    def _cast(self, starts: FloatArray, ends: FloatArray, skip: int) -> tuple[npt.NDArray[np.intp], FloatArray]:
        """Rows hit (-1: none) and fractions; the hit number ``skip`` of each ray, the nearest where it is -1."""
        hits: list[tuple[Any, ...]] = []
        for first in range(0, len(starts), _RAYS_PER_CALL):
            part = slice(first, first + _RAYS_PER_CALL)
            extra = {} if skip < 0 else {"reportHitNumber": skip}
            hits += bullet.rayTestBatch(
                starts[part].tolist(), ends[part].tolist(), **extra, physicsClientId=self._client
            )
        links = np.array([(hit[0], hit[1] + 1) for hit in hits], dtype=np.intp).reshape(-1, 2)
        missed = links[:, 0] < 0
        links[missed] = 0
        rows = np.where(missed, -1, self._owners[links[:, 0], links[:, 1]])
        return rows, np.array([hit[2] for hit in hits], dtype=np.float64)

    def _forget_pairs(self) -> None:
        """Drop the contacts that Bullet carries from step to step: restoring a state leaves those it does not know."""
        for uid, link, group, mask in self._colliders:
            bullet.setCollisionFilterGroupMask(uid, link, group, mask, physicsClientId=self._client)

    def _place(self, row: int, pose: FloatArray) -> None:
        uid, _ = self._index.links[row]
        center = geometry.compose(pose, self._index.inertial[row])
        client = self._client
        bullet.resetBasePositionAndOrientation(uid, center[:3].tolist(), xyzw(center[3:]), physicsClientId=client)
        bullet.resetBaseVelocity(uid, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), physicsClientId=client)
        for link in self._index.joints.get(uid, ()):
            angle = bullet.getJointState(uid, link, physicsClientId=client)[0]
            bullet.resetJointState(uid, link, angle, 0.0, physicsClientId=client)

    def _centers(self) -> tuple[FloatArray, FloatArray]:
        """World poses (n, 7) of the moving bodies' centres of mass and their velocities (n, 6)."""
        poses: list[tuple[float, ...]] = []
        velocities: list[tuple[float, ...]] = []
        for uid, link in self._index.links.values():
            if link < 0:
                position, quaternion = bullet.getBasePositionAndOrientation(uid, physicsClientId=self._client)
                linear, angular = bullet.getBaseVelocity(uid, physicsClientId=self._client)
            else:
                state = bullet.getLinkState(uid, link, 1, 1, physicsClientId=self._client)
                position, quaternion, linear, angular = state[0], state[1], state[6], state[7]
            poses.append((*position, *quaternion))
            velocities.append((*linear, *angular))
        centers = np.array(poses, dtype=np.float64).reshape(-1, 7)[:, _ORDER]
        return centers, np.array(velocities, dtype=np.float64).reshape(-1, 6)

    def _body_frames(self) -> FloatArray:
        """World poses (n, 7) of the moving bodies, computed once per step."""
        if self._frames is None:
            self._frames = geometry.compose(self._centers()[0], self._to_frame)
        return self._frames

    def _check(self) -> None:
        frames = self._body_frames()
        good = np.isfinite(frames).all(axis=1) & (np.abs(frames[:, :3]) < _LOST).all(axis=1)
        if not good.all():
            i = int(np.flatnonzero(~good)[0])
            name = self.scene.bodies[self._rows[i]].name
            raise PhysicsError(
                f"body '{name}': PyBullet at {self.time:.3f} s: diverged, now at {frames[i, :3].tolist()}"
            )


def _touching(contacts: Sequence[tuple[Any, ...]]) -> dict[tuple[int, ...], list[tuple[Any, ...]]]:
    """By pair of links. Bullet also lists what is only near: what touches presses, or overlaps."""
    pairs: dict[tuple[int, ...], list[tuple[Any, ...]]] = {}
    for contact in contacts:
        if contact[9] > 0.0 or contact[8] <= 0.0:
            pairs.setdefault(contact[1:5], []).append(contact)
    return pairs
