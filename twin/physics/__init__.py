"""Engines behind one contract. Importing this package loads no engine; ``create`` loads the one that is named."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from twin.errors import entry
from twin.physics.base import Contacts, Physics, RayHits, State

if TYPE_CHECKING:
    from twin.scene import Scene

__all__ = ["ENGINES", "Contacts", "Physics", "RayHits", "State", "create"]


def _mujoco() -> type[Physics]:
    from twin.physics.mujoco import MujocoPhysics

    return MujocoPhysics


def _pybullet() -> type[Physics]:
    from twin.physics.pybullet import PybulletPhysics

    return PybulletPhysics


ENGINES: dict[str, Callable[[], type[Physics]]] = {"mujoco": _mujoco, "pybullet": _pybullet}
"""Engine names; each entry imports its engine when called."""


def create(engine: str, scene: "Scene", timestep: float | None = None) -> Physics:
    """Simulate ``scene`` in the named engine; ``timestep`` in seconds, the engine's own default where None."""
    cls = entry("engine", engine, ENGINES)()
    return cls(scene, cls.default_timestep if timestep is None else timestep)
