"""One scene in one engine with one robot in it, stepped at the control rate: what tasks are made of."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import atan2
from typing import Self

import numpy as np

from twin import geometry, physics, rendering
from twin.actors.many import ManyPatrols
from twin.drive import Drive
from twin.errors import entry
from twin.geometry import FloatArray
from twin.look import PLAIN, Look
from twin.moments import Moments
from twin.patrols import Patrols, PatrolState
from twin.physics import Contacts
from twin.physics.base import ManySimulations
from twin.rendering.base import Frame, Renderer
from twin.rendering.quality import STANDARD, Quality
from twin.scene import Scene
from twin.sensors.bumper import pressed
from twin.sensors.config import Sensors
from twin.sensors.imu import InertialUnit, Motion
from twin.sensors.lidar import LidarScanner
from twin.sensors.lidar_returns import LabelledLidar, LidarReturns
from twin.sensors.many_lidars import ManyLidars
from twin.sensors.odometry import Odometer, OdometerState
from twin.sensors.shutter import Image, Shutter
from twin.studio import Studio
from twin.taxonomy import having


@dataclass(frozen=True, slots=True)
class Mobile:
    """What drives: the name of its root body in the scene, its kinematics and its sensors."""

    name: str
    drive: Drive
    sensors: Sensors
    delay: float = 0.0
    """Seconds from a command until the motors get it, rounded to whole control periods."""


@dataclass(frozen=True, slots=True)
class WorldState:
    """Everything needed to go on from a moment: the engine's state and ours."""

    physics: physics.State
    patrols: PatrolState
    odometer: OdometerState
    poses_before: FloatArray
    motion_before: Motion
    command: FloatArray
    odometry_twist: FloatArray
    images: Mapping[str, Image | None]
    waiting: tuple[FloatArray, ...]


class World:
    """Physics, patrols and sensors of one robot in one scene.

    A world is stepped by twists (vx, vy, yaw rate) for the robot; accelerations are limited as its drive says.
    """

    def __init__(
        self,
        scene: Scene,
        mobile: Mobile,
        engine: str = "mujoco",
        control_period: float = 0.1,
        renderer: str = "auto",
        quality: str | Quality = STANDARD,
        look: Look = PLAIN,
    ) -> None:
        """``control_period`` in seconds, rounded to whole engine timesteps."""
        self.scene = scene
        self.mobile = mobile
        self.look = look
        self.physics = physics.create(engine, scene)
        self.substeps = max(1, round(control_period / self.physics.timestep))
        self.control_period = self.substeps * self.physics.timestep
        self.root = scene.body_index[mobile.name]
        self.own_bodies = _descendants(scene, self.root)
        self.patrols = Patrols(scene)
        self._lidar = LidarScanner(scene, mobile.sensors.lidar, self.root, self.own_bodies)
        self._imu = InertialUnit(mobile.sensors.imu)
        self._odometer = Odometer(mobile.sensors.odometry)
        self._floors = _floor_rows(scene)
        self._own = np.zeros(len(scene.bodies), dtype=bool)
        self._own[list(self.own_bodies)] = True
        self._renderer_name, self._quality = renderer, quality
        self._shutters = {mount.on(mobile.name): Shutter(mount.rate) for mount in mobile.sensors.cameras}
        self._studio: Studio | None = None
        self._waiting: deque[FloatArray] = deque()  # commands on their way to the motors
        self._poses = scene.initial_poses.copy()
        self._poses_before = self._poses.copy()
        self._velocity = np.zeros(6)
        self._motion_before = self._motion
        self.command = np.zeros(3)
        self.odometry_twist = np.zeros(3)

    # -- time ------------------------------------------------------------------------------------------------------

    def reset(self, x: float, y: float, yaw: float, rng: np.random.Generator) -> None:
        """Everything back to its initial pose, the robot upright at x, y, yaw, patrols where ``self.patrols`` says."""
        self.physics.reset()
        height = self.scene.initial_poses[self.root, 2]
        self.physics.set_pose(self.root, geometry.planar_pose(x, y, yaw, height))
        self._place_patrols()
        self.command[:] = self.odometry_twist[:] = 0.0
        self._waiting.clear()
        self._refresh()
        self._poses_before[:] = self._poses
        self._motion_before = self._motion
        self._odometer.reset(rng)
        for shutter in self._shutters.values():
            shutter.last = None

    def step(self, twist: Sequence[float] | FloatArray, rng: np.random.Generator) -> None:
        """Drive towards ``twist`` for one control period; ``rng`` feeds the noise of odometry."""
        drive = self.mobile.drive
        wanted = self._delayed(np.asarray(twist, dtype=np.float64))
        self.command[:] = reached(drive, self.command, wanted, self.control_period)
        self.begin_period()
        positions, _ = self.physics.joint_state()
        self.physics.command(drive.targets(self.command, positions))
        self.physics.step(self.substeps)
        self._refresh()
        positions, velocities = self.physics.joint_state()
        seen = drive.twist(positions, velocities)
        self.odometry_twist[:] = self._odometer.update(seen, self.control_period, rng)

    def begin_period(self) -> None:
        """The part of ``step`` before the engine's: those who walk go on."""
        self.note_motion()
        if self.patrols.bodies:
            velocity = float(self._velocity[0]), float(self._velocity[1])
            self.patrols.advance(self.control_period, self.planar()[:2], velocity)
            self._place_patrols()

    def note_motion(self) -> None:
        """Keep what sensors compare with after the step."""
        self._poses_before[:] = self._poses
        self._motion_before = self._motion

    def share(self, command: FloatArray, twist: FloatArray, odometry: FloatArray, scale: FloatArray) -> None:
        """Keep these numbers in arrays (3,) of somebody else's from now on."""
        command[:], twist[:] = self.command, self.odometry_twist
        self.command, self.odometry_twist = command, twist
        self._odometer.share(scale, odometry)

    def change(self, mobile: Mobile, look: Look) -> None:
        """Go on with other errors of the sensors and another look; where they stand and what they are made of stays."""
        self.mobile, self.look = mobile, look
        self._lidar.config, self._odometer.config = mobile.sensors.lidar, mobile.sensors.odometry

    @property
    def steps_with_others(self) -> bool:
        """Whether its engine steps many worlds at once."""
        return self.physics.together(1, 1) is not None

    def join(self, engine: ManySimulations, patrols: ManyPatrols, lidars: ManyLidars, slot: int) -> None:
        """Be stepped and scanned with others, in that slot."""
        roles = np.where(self._own, 1, np.where(self._floors, 2, 0))
        moved = patrols.put(slot, self.patrols, self._poses[self.root], self._velocity)
        engine.put(slot, self.physics, self.root, roles, self._poses, self._velocity, self.patrols.bodies, moved)
        lidars.put(slot, self._lidar, self._poses)

    @property
    def time(self) -> float:
        """Seconds since reset."""
        return self.physics.time

    def save(self) -> WorldState:
        """For going back to this moment."""
        return WorldState(
            self.physics.save(),
            self.patrols.save(),
            self._odometer.save(),
            self._poses_before.copy(),
            self._motion_before,
            self.command.copy(),
            self.odometry_twist.copy(),
            {name: shutter.last for name, shutter in self._shutters.items()},
            tuple(self._waiting),
        )

    def restore(self, state: WorldState) -> None:
        """Go back to a saved moment."""
        self.physics.restore(state.physics)
        self.patrols.restore(state.patrols)
        self._odometer.restore(state.odometer)
        self._poses_before[:] = state.poses_before
        self._motion_before = state.motion_before
        self.command[:] = state.command
        self.odometry_twist[:] = state.odometry_twist
        for name, image in state.images.items():
            self._shutters[name].last = image
        self._waiting = deque(state.waiting)
        self._refresh()

    # -- truth -----------------------------------------------------------------------------------------------------

    def poses(self) -> FloatArray:
        """World poses of all bodies (bodies, 7), of this control step. A copy."""
        return self._poses.copy()

    def planar(self) -> tuple[float, float, float]:
        """The robot's true x, y and heading."""
        x, y, _, qw, qx, qy, qz = self._poses[self.root].tolist()
        return x, y, atan2(2 * (qw * qz + qx * qy), 1 - 2 * (qy * qy + qz * qz))

    def twist(self) -> FloatArray:
        """The robot's true velocity in its own frame: vx, vy (m/s), yaw rate (rad/s)."""
        velocity = self._velocity
        _, _, yaw = self.planar()
        c, s = np.cos(yaw), np.sin(yaw)
        return np.array([c * velocity[0] + s * velocity[1], -s * velocity[0] + c * velocity[1], velocity[5]])

    def touching(self) -> frozenset[int]:
        """Rows of the bodies, other than floors, that touched the robot during the last step."""
        other = self._touches().bodies.max(axis=1, initial=-1)  # rewritten by _touches: own side is -1
        return frozenset(int(row) for row in other)

    def contact_points(self) -> FloatArray:
        """Where the robot touched these, (n, 3) m in the world."""
        return self._touches().position

    # -- sensors ---------------------------------------------------------------------------------------------------

    def lidar(self, rng: np.random.Generator | None = None) -> FloatArray:
        """Ranges (rays,) in metres, the lidar's full range where nothing returns; the truth without ``rng``."""
        return self._lidar.scan(self._poses, rng)[0]

    def lidar_labelled(self, rng: np.random.Generator | None = None) -> LidarReturns:
        """The lidar's returns as points in the world, with instance and class; the truth without ``rng``."""
        return self._labelled_lidar.scan(self._poses, rng)

    @cached_property
    def _labelled_lidar(self) -> LabelledLidar:
        return LabelledLidar(self.scene, self.mobile.sensors.lidar, self.root, self.own_bodies)

    def odometry(self) -> FloatArray:
        """Dead reckoning (x, y, yaw) since reset, with drift. A copy."""
        return self._odometer.pose.copy()

    def imu(self, rng: np.random.Generator) -> FloatArray:
        """Specific force (m/s^2) and turn rate (rad/s) over the last control period, (6,), with noise."""
        return self._imu.sample(self._motion_before, self._motion, self.control_period, rng)

    def bumper(self) -> FloatArray:
        """Pressed sectors (sectors,), 0 or 1."""
        return pressed(self.mobile.sensors.bumper, self._poses[self.root], self._touches().position)

    def render(self, camera: str) -> Frame:
        """What the named camera of the scene delivers now."""
        moments = Moments(self._poses_before, self._poses, self.control_period)
        return self._pictures.take(moments, self.scene.camera(camera), self.look, self.time)

    def image(self, camera: str) -> Image:
        """What the named camera of the robot last delivered: at its rate, or now where it has none."""
        return self._shutter(camera).look(self.time, lambda: self.render(camera))

    def takes_image(self, camera: str) -> bool:
        """Whether an image of the named camera of the robot fell due in this control period, whoever looks at it."""
        return self._shutter(camera).takes(self.time - self.control_period, self.time)

    def _shutter(self, camera: str) -> Shutter:
        return entry("robot camera", camera, self._shutters)

    @property
    def renderer(self) -> Renderer:
        """Made at first use: navigation from lidar alone never opens OpenGL."""
        return self._pictures.renderer

    @property
    def _pictures(self) -> Studio:
        if self._studio is None:
            self._studio = Studio(rendering.create(self.scene, self._renderer_name, self._quality))
        return self._studio

    # -- end -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Free the engine and the renderer; may be called again."""
        self.physics.close()
        if self._studio is not None:
            self._studio.renderer.close()
            self._studio = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        self._poses[:] = self.physics.poses()
        self._velocity[:] = self.physics.velocity(self.root)

    @property
    def _motion(self) -> Motion:
        return self._poses[self.root].copy(), self._velocity.copy()

    def _delayed(self, twist: FloatArray) -> FloatArray:
        """What reaches the motors in this period; nothing yet where commands are late."""
        periods = round(self.mobile.delay / self.control_period)
        if not periods and not self._waiting:
            return twist
        self._waiting.append(twist.copy())
        return self._waiting.popleft() if len(self._waiting) > periods else np.zeros(3)

    def _place_patrols(self) -> None:
        if self.patrols.bodies:
            self.physics.set_poses(self.patrols.bodies, self.patrols.poses())

    def _touches(self) -> Contacts:
        """Contacts between the robot and anything but floors and itself, the robot's side written as -1."""
        contacts = self.physics.contacts()
        own = self._own[contacts.bodies]
        outside = own.any(axis=1) & ~own.all(axis=1) & ~self._floors[contacts.bodies].any(axis=1)
        rows = np.where(own[outside], -1, contacts.bodies[outside])
        return Contacts(rows, contacts.position[outside], contacts.normal[outside], contacts.distance[outside])


def reached(drive: Drive, command: FloatArray, wanted: FloatArray, seconds: float) -> FloatArray:
    """Twists (..., 3) that a drive gets to from ``command`` in that time on its way to ``wanted``."""
    change = drive.max_acceleration * seconds
    return command + np.clip(np.clip(wanted, drive.low, drive.high) - command, -change, change)


def _descendants(scene: Scene, root: int) -> frozenset[int]:
    names = {scene.bodies[root].name}
    for body in scene.bodies:
        if body.parent in names:
            names.add(body.name)
    return frozenset(scene.body_index[name] for name in names)


def _floor_rows(scene: Scene) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Bodies that a robot stands on, or in: touching them is not a collision."""
    floors = {i.id for i in scene.instances if i.class_name in having("underfoot")}
    return np.array([b.instance in floors for b in scene.bodies], dtype=bool)
