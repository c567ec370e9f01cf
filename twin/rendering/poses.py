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
        self._body_of_geom = body_of_geom
        self._last = np.full((len(scene.bodies), 7), np.nan)

    def moved(self, poses: FloatArray) -> Rows:
        """Rows of the geoms whose body moved; all of them at first. Raises ``RenderError`` for a bad pose."""
        poses = np.asarray(poses, dtype=np.float64)
        if poses.shape != self._last.shape:
            raise RenderError(f"poses have shape {poses.shape}; scene '{self._scene.name}' needs {self._last.shape}")
        changed = (poses != self._last).any(axis=1)
        if not changed.any():
            return np.zeros(0, dtype=np.intp)
        self._check(poses, np.flatnonzero(changed))
        self._last = poses.copy()
        return np.flatnonzero(changed[self._body_of_geom])

    def _check(self, poses: FloatArray, rows: Rows) -> None:
        new = poses[rows]
        bad = ~(np.isfinite(new).all(axis=1) & (np.abs(np.square(new[:, 3:]).sum(axis=1) - 1) < 1e-3))
        if bad.any():
            row = rows[bad][0]
            what = "is not finite" if not np.isfinite(poses[row]).all() else "has a quaternion that is not of length 1"
            raise RenderError(f"body '{self._scene.bodies[row].name}': its pose {what}: {poses[row].tolist()}")
