"""Checks of what callers hand to an engine, the same for all engines."""

import numpy as np
import numpy.typing as npt

from twin.errors import InputError, PhysicsError
from twin.geometry import FloatArray
from twin.scene import Motion, Scene

FASTEST = 1e4
"""m/s and rad/s."""


def row_of_motion(scene: Scene, row: int, *allowed: Motion) -> int:
    """``row`` itself; raises ``InputError`` unless that body moves in one of the allowed ways."""
    body = scene.bodies[row]
    if body.motion not in allowed:
        raise InputError(f"body '{body.name}' is {body.motion}; allowed here: {', '.join(allowed)}")
    return row


def finite_array(owner: str, what: str, values: npt.ArrayLike, size: int) -> FloatArray:
    """An array of ``size`` floats; raises ``PhysicsError`` naming the owner if they are not finite or too many."""
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (size,):
        raise PhysicsError(f"'{owner}': {what} has shape {array.shape}, expected ({size},)")
    if not np.isfinite(array).all():
        raise PhysicsError(f"'{owner}': {what} is not finite: {array.tolist()}")
    return array


def velocity_array(owner: str, values: npt.ArrayLike) -> FloatArray:
    """A velocity (6,); raises ``PhysicsError`` also where it is beyond what any engine can follow."""
    array = finite_array(owner, "velocity", values, 6)
    if np.abs(array).max() > FASTEST:
        raise PhysicsError(f"'{owner}': velocity is beyond {FASTEST:g} m/s or rad/s: {array.tolist()}")
    return array
