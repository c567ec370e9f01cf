"""The contract between a scene and the engine that simulates it.

Every array is ordered as ``scene.bodies``; poses are (x, y, z, qw, qx, qy, qz) of body frames in the world.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray
from twin.scene import Scene

IntArray = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Contacts:
    """Touching bodies. ``normal`` points from the first body to the second; ``distance`` < 0 is penetration."""

    bodies: IntArray  # (n, 2) rows of scene.bodies
    position: FloatArray  # (n, 3) m, world
    normal: FloatArray  # (n, 3)
    distance: FloatArray  # (n,) m

    def __len__(self) -> int:
        return len(self.bodies)


@dataclass(frozen=True, slots=True)
class RayHits:
    """Where rays end: ``distance`` is inf and ``body`` -1 where nothing was hit."""

    distance: FloatArray  # (n,) m
    body: IntArray  # (n,) rows of scene.bodies


@dataclass(frozen=True, slots=True)
class State:
    """An engine's complete state, opaque; valid for the same scene on the same engine."""

    engine: str
    payload: Any


class Physics(ABC):
    """A simulated scene. Not thread-safe; ``close`` frees the engine's memory."""

    engine: ClassVar[str]
    default_timestep: ClassVar[float]

    scene: Scene
    timestep: float

    @abstractmethod
    def __init__(self, scene: Scene, timestep: float) -> None:
        """Load ``scene``; ``timestep`` in seconds."""

    @property
    @abstractmethod
    def time(self) -> float:
        """Simulated seconds since reset."""

    @abstractmethod
    def reset(self) -> None:
        """Back to the scene's initial poses, at rest, with zero commands. The same as a new object, bit for bit."""

    @abstractmethod
    def step(self, count: int = 1) -> None:
        """Advance ``count`` timesteps. Raises ``PhysicsError`` naming the body when the engine warns or diverges."""

    @abstractmethod
    def poses(self) -> FloatArray:
        """World poses of all bodies, (bodies, 7). A copy."""

    @abstractmethod
    def velocities(self) -> FloatArray:
        """Linear (m/s, of the body frame's origin) and angular (rad/s) velocity in the world frame, (bodies, 6)."""

    def velocity(self, body: int) -> FloatArray:
        """Of one body, (6,)."""
        return self.velocities()[body]

    @abstractmethod
    def set_pose(self, body: int, pose: npt.ArrayLike) -> None:
        """Move a kinematic or free body (row of scene.bodies); a free one comes to rest, its children with it."""

    def set_poses(self, bodies: Sequence[int], poses: FloatArray) -> None:
        """The same for several bodies, (n, 7)."""
        for body, pose in zip(bodies, poses, strict=True):
            self.set_pose(body, pose)

    @abstractmethod
    def set_velocity(self, body: int, velocity: npt.ArrayLike) -> None:
        """Linear and angular velocity (6,) of a free body, world frame."""

    @abstractmethod
    def joint_state(self) -> tuple[FloatArray, FloatArray]:
        """Positions and velocities of the actuated joints, each (actuators,), rad and rad/s (m and m/s)."""

    @abstractmethod
    def command(self, targets: npt.ArrayLike) -> None:
        """Targets of all actuators, (actuators,), held until the next command."""

    @abstractmethod
    def contacts(self) -> Contacts:
        """Of the last ``step`` call: every pair that touched in any of its timesteps, with all its contacts of at least
        one timestep in which it did. Parts of one mechanism never touch each other, and pairs that sleep may be
        left out. Empty after reset.
        """

    @abstractmethod
    def save(self) -> State:
        """The complete state; ``restore`` followed by the same commands gives the same bits."""

    @abstractmethod
    def restore(self, state: State) -> None:
        """Return to a saved state. Raises ``PhysicsError`` for another engine's."""

    @abstractmethod
    def cast_rays(
        self,
        origins: npt.ArrayLike,
        directions: npt.ArrayLike,
        max_distance: float,
        ignore: Sequence[int] = (),
    ) -> RayHits:
        """First colliding geom along each ray: origins and unit directions (n, 3), bodies in ``ignore`` are skipped."""

    @classmethod
    def together(cls, slots: int, motors: int) -> "ManySimulations | None":  # noqa: ARG003 - the contract's
        """For stepping many simulations at once; None where the engine cannot do better than one after the other."""
        return None

    @abstractmethod
    def close(self) -> None:
        """Free the engine's memory; may be called again."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ManySimulations(ABC):
    """Simulations with a robot each, stepped together; several threads may step different ones at the same time."""

    def __init__(self, slots: int, motors: int) -> None:
        """``motors``: actuators of each robot."""
        self.positions = np.zeros((slots, motors))
        """Of the motors, as ``Physics.joint_state`` gives them."""
        self.velocities = np.zeros((slots, motors))
        self.touching = np.zeros(slots, dtype=bool)
        """Whether each robot touched something other than a floor during the last step."""

    @abstractmethod
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
        """Have a simulation in a slot: the robot's root body is in row ``root``.

        ``roles`` (bodies,): 1 for the robot's bodies, 2 for floors, 0 for all others. ``poses`` (bodies, 7) of the
        world and ``velocity`` (6,) of the robot are written into at every step. The kinematic bodies in the rows
        ``moved`` take their ``moved_poses`` (n, 7) at the beginning of each.
        """

    @abstractmethod
    def step(self, first: int, every: int, count: int, targets: FloatArray) -> None:
        """Advance the simulations in the slots ``first``, ``first + every``... by ``count`` timesteps.

        ``targets`` (slots, motors) of the actuators. Raises ``PhysicsError`` as ``Physics.step`` does.
        """
