"""Which geoms moved since the last frame, and whether their poses can be drawn at all."""

import numpy as np

from twin.errors import RenderError
from twin.geometry import FloatArray
from twin.rendering.drawables import Rows
from twin.scene import Scene


class PoseTracker:
    """Compares poses with those of the frame before. NaN never equals itself, so it is always found."""

    def __init__(self, scene: Scene, body_of_geom: Rows) -> None:
        """``body_of_geom``: rows of scene.bodies, one for each geom."""
        self._scene = scene
        order = np.argsort(body_of_geom, kind="stable")
        counts = np.bincount(body_of_geom, minlength=len(scene.bodies))
        self._geoms = np.split(order, np.cumsum(counts)[:-1]) if len(scene.bodies) else []
        self._last = np.full((len(scene.bodies), 7), np.nan)

    def moved(self, poses: FloatArray) -> Rows:
        """Rows of the geoms whose body moved; all at first. Raises ``RenderError`` for a bad pose."""
        poses = np.ascontiguousarray(poses, dtype=np.float64)
        if poses.shape != self._last.shape:
            raise RenderError(f"poses have shape {poses.shape}; scene '{self._scene.name}' needs {self._last.shape}")
        # One comparison of plain memory: bodies that stand still cost next to nothing.
        numbers = np.flatnonzero(poses.ravel() != self._last.ravel())
        if not numbers.size:
            return np.zeros(0, dtype=np.intp)
        bodies = numbers // 7
        first = np.ones(len(bodies), dtype=bool)
        np.not_equal(bodies[1:], bodies[:-1], out=first[1:])
        bodies = bodies[first]
        self._check(poses, bodies)
        self._last[bodies] = poses[bodies]
        return np.concatenate([self._geoms[body] for body in bodies])

    def _check(self, poses: FloatArray, rows: Rows) -> None:
        new = poses[rows]
        lengths = np.einsum("ij,ij->i", new[:, 3:], new[:, 3:])
        # NaN is not close to anything, so this finds it in quaternions too.
        good = np.isfinite(new[:, :3]).all(axis=1) & (np.abs(lengths - 1) < 1e-3)
        if not good.all():
            row = rows[~good][0]
            what = "is not finite" if not np.isfinite(poses[row]).all() else "has a quaternion that is not of length 1"
            raise RenderError(f"body '{self._scene.bodies[row].name}': its pose {what}: {poses[row].tolist()}")
