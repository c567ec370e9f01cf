"""What can be wrong with recorded frames. Each check is a plain function: frames in, problems out.

To add one, write the function and put it into ``CHECKS``; its test plants the fault and sees it found.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from training.dataset import marks
from training.dataset.cameras import class_lookup, label_input
from training.dataset.schema import (
    DEPTH,
    EXTRINSICS,
    INSTANCE,
    INTRINSICS,
    POSES,
    RGB,
    SEMANTIC,
    AnyArray,
    ArraySpec,
    CameraModel,
    EpisodeRecord,
)
from twin.labels import audit
from twin.scene import Scene, pose_world_camera


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong."""

    check: str
    where: str
    """Part of the dataset: an array, a camera, a file."""
    message: str
    episode: int = -1
    """Its number; -1 where no episode is meant."""
    frame: int = -1
    """In the episode; -1 where no frame is meant."""

    def __str__(self) -> str:
        place = f"episode {self.episode}, " if self.episode >= 0 else ""
        place += f"frame {self.frame}, " if self.frame >= 0 else ""
        return f"{self.check}: {place}{self.where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Frames:
    """Consecutive frames of one episode, read."""

    arrays: Mapping[str, AnyArray]
    specs: tuple[ArraySpec, ...]
    cameras: tuple[CameraModel, ...]
    record: EpisodeRecord
    scene: Scene | None
    start: int
    """Position of the first one in the episode."""

    @property
    def count(self) -> int:
        """How many."""
        return len(next(iter(self.arrays.values())))

    def image(self, camera: CameraModel, name: str) -> AnyArray:
        """An array of a camera, (count, ...)."""
        return self.arrays[camera.array(name)]


Finding: TypeAlias = tuple[int, str, str]
"""Frame counted from the first one given, where, message."""


def finite(frames: Frames) -> Iterator[Finding]:
    """Every number is a number."""
    for name, values in frames.arrays.items():
        if values.dtype.kind == "f":
            bad = ~np.isfinite(values.reshape(frames.count, -1)).all(axis=1)
            for t in np.flatnonzero(bad):
                yield int(t), name, "holds NaN or an infinite value"


def steps(frames: Frames) -> Iterator[Finding]:
    """Time goes on evenly, and an episode ends with its last frame, not before."""
    last = frames.record.frames - 1 - frames.start
    if "time" in frames.arrays and last > 1:
        gaps = np.diff(frames.arrays["time"])[: max(0, last - 1)]  # the last gap is shorter where frames are left out
        for t in np.flatnonzero(~np.isclose(gaps, gaps[:1], rtol=0.01, atol=1e-6)):
            yield int(t) + 1, "time", f"{gaps[t]:.4g} s after the frame before, where {gaps[0]:.4g} s is usual"
    if {"terminated", "truncated"} <= frames.arrays.keys():
        ended = frames.arrays["terminated"] | frames.arrays["truncated"]
        for t in np.flatnonzero(ended != (np.arange(frames.count) == last - 1)):
            yield int(t), "terminated", "the flags do not mark the frame before the last one, and it alone"


def semantic(frames: Frames) -> Iterator[Finding]:
    """Each pixel's class is that of its instance."""
    if frames.scene is None:
        return
    table, known = class_lookup(frames.scene), [0, *(i.id for i in frames.scene.instances)]
    for camera in frames.cameras:
        for t in range(frames.count):
            instance, shown = frames.image(camera, INSTANCE)[t], frames.image(camera, SEMANTIC)[t]
            meant = table.take(instance, mode="clip")
            wrong = (shown != meant) & np.isin(instance, known)
            if wrong.any():
                y, x = np.argwhere(wrong)[0]
                text = f"class {shown[y, x]} at pixel {x}, {y}; instance {instance[y, x]} is {meant[y, x]}"
                yield t, camera.array(SEMANTIC), text


def camera_and_poses(frames: Frames) -> Iterator[Finding]:
    """The recorded camera poses are those that follow from the poses of the bodies."""
    if frames.scene is None:
        return
    known = {camera.name: camera for camera in frames.scene.cameras}
    for model in frames.cameras:
        if model.name not in known:
            continue
        recorded = frames.image(model, EXTRINSICS)
        for t in range(frames.count):
            expected = pose_world_camera(frames.scene, known[model.name], frames.arrays[POSES][t])
            if not np.allclose(recorded[t], expected, atol=1e-9):
                gap = float(np.linalg.norm(recorded[t][:3] - expected[:3]))
                yield t, model.array(EXTRINSICS), f"is {gap:.3f} m from where the bodies' poses put the camera"


CHECKS: dict[str, Callable[[Frames], Iterator[Finding]]] = {
    "finite": finite,
    "steps": steps,
    "semantic": semantic,
    "camera_and_poses": camera_and_poses,
}
"""By name, in the order in which they run; ``twin.labels.audit`` follows, for each image."""

IMAGES = {"rgb": RGB, "depth": DEPTH, "instance": INSTANCE}


def run(frames: Frames, skipped: Container[str] = ()) -> Iterator[Problem]:
    """Every check but those skipped."""
    for name, check in CHECKS.items():
        if name in skipped:
            continue
        for frame, where, message in check(frames):
            yield Problem(name, where, message, frames.record.episode, frames.start + frame)
    for frame, where, found in _images(frames):
        yield Problem(found.check, where, found.message, frames.record.episode, frames.start + frame)


def _images(frames: Frames) -> Iterator[tuple[int, str, audit.Problem]]:
    """What the audit of labels finds in each image. Colours of a photograph, or redacted ones, need not fit."""
    if frames.scene is None:
        return
    for camera in frames.cameras:
        names = [camera.array(name) for name in (RGB, DEPTH, INSTANCE, INTRINSICS, EXTRINSICS)]
        for t in range(frames.count):
            values = {name: frames.arrays[name][t] for name in names}
            poses = frames.arrays[POSES][t]
            if np.isfinite(poses).all() and all(np.isfinite(v).all() for v in values.values()):
                marked = any(bool(frames.arrays[name][t]) for name in marks.NAMES if name in frames.arrays)
                for found in audit.check(label_input(values, camera, frames.scene, poses)):
                    if not (marked and IMAGES[found.image] == RGB):
                        yield t, camera.array(IMAGES[found.image]), found
