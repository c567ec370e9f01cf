"""The labelled objects of an episode as boxes in the world, seen or not."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.dataset.frames import Rows
from training.dataset.schema import POSES
from training.export._selection import Selection
from twin.geometry import FloatArray, rotate
from twin.scene import Instance, Scene
from twin.taxonomy import CLASSES

RESTS = 1e-6
"""m, and in a quaternion: what has moved by less has not moved."""
COLORS = {c.name: c.color for c in CLASSES}
Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Row i is ``instances[i]``."""

    instances: tuple[Instance, ...]
    bodies: npt.NDArray[np.intp]
    """Rows of the scene's bodies."""

    @classmethod
    def of(cls, selection: Selection, scene: Scene) -> "Boxes":
        """Those of the classes that were chosen."""
        chosen = tuple(i for i in scene.instances if i.class_name in selection.category)
        return cls(chosen, np.array([scene.body_index[i.body] for i in chosen], dtype=np.intp))

    def those(self, wanted: npt.NDArray[np.bool_]) -> "Boxes":
        """Some of them."""
        return Boxes(tuple(i for i, keep in zip(self.instances, wanted, strict=True) if keep), self.bodies[wanted])

    def poses(self, poses: FloatArray) -> FloatArray:
        """Of the boxes' centres in the world, (n, 7), from the poses of all bodies."""
        body = poses[self.bodies]
        centers = np.array([i.center for i in self.instances], dtype=np.float64).reshape(-1, 3)
        return np.concatenate([body[:, :3] + rotate(body[:, 3:], centers), body[:, 3:]], axis=1)

    @property
    def sizes(self) -> FloatArray:
        """Full extents (n, 3) m along the boxes' axes."""
        return np.array([i.size for i in self.instances], dtype=np.float64).reshape(-1, 3)

    @property
    def colors(self) -> list[Rgb]:
        """Of their classes."""
        return [COLORS[i.class_name] for i in self.instances]


@dataclass(frozen=True, slots=True)
class Scenery:
    """What stands and what moves in an episode."""

    poses: FloatArray
    """Of all bodies in all frames, (frames, bodies, 7)."""
    moves: npt.NDArray[np.bool_]
    """Which bodies do."""
    names: tuple[str, ...]
    """Of the bodies."""
    static: Boxes
    moving: Boxes

    @classmethod
    def of(cls, selection: Selection, episode: int, rows: Rows) -> "Scenery | None":
        """Of the episode at that position; None where scene or poses were not recorded."""
        if POSES not in rows or not rows.record.scene:
            return None
        scene, poses = selection.dataset.scene(episode), rows[POSES]
        moves = np.ptp(poses, axis=0).max(axis=1, initial=0.0) > RESTS
        boxes = Boxes.of(selection, scene)
        static, moving = (boxes.those(moves[boxes.bodies] == flag) for flag in (False, True))
        return cls(poses, moves, tuple(body.name for body in scene.bodies), static, moving)

    def frames(self, step: int) -> dict[str, FloatArray]:
        """Poses of the bodies that move, by name."""
        return {self.names[i]: self.poses[step, i] for i in np.flatnonzero(self.moves)}
