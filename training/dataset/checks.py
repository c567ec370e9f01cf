"""What can be wrong with recorded frames. Each check is a plain function: frames in, problems out.

To add one, write the function and put it into ``CHECKS``; its test plants the fault and sees it found.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from training.dataset.schema import (
    DEPTH,
    EXTRINSICS,
    INSTANCE,
    INTRINSICS,
    POSES,
    SEMANTIC,
    AnyArray,
    ArraySpec,
    CameraModel,
    EpisodeRecord,
)
from twin import geometry
from twin.geometry import FloatArray
from twin.scene import Scene, pose_world_camera
from twin.taxonomy import class_id

MIN_PIXELS = 20
"""Smaller patches of an object are not judged by their shape."""
BOX_MARGIN = 0.02
"""Metres by which a surface may stand out of its object's box."""
MAX_OUTSIDE = 0.05
"""Share of an object's pixels that may."""


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


def ids(frames: Frames) -> Iterator[Finding]:
    """Instance ids stand in the scene's table, and each pixel's class is that of its instance."""
    if frames.scene is None:
        return
    table = _classes(frames.scene)
    for camera in frames.cameras:
        for t in range(frames.count):
            instance, semantic = frames.image(camera, INSTANCE)[t], frames.image(camera, SEMANTIC)[t]
            unknown = np.setdiff1d(instance, np.flatnonzero(table >= 0))
            if len(unknown):
                yield t, camera.array(INSTANCE), f"shows the instance id {unknown[0]}, which its scene does not have"
            elif (wrong := semantic != table[instance]).any():
                y, x = np.argwhere(wrong)[0]
                text = f"class {semantic[y, x]} at pixel {x}, {y}; instance {instance[y, x]} is {table[instance[y, x]]}"
                yield t, camera.array(SEMANTIC), text


def depth_and_mask(frames: Frames) -> Iterator[Finding]:
    """What is labelled has a distance."""
    for camera in frames.cameras:
        hollow = (frames.image(camera, INSTANCE) > 0) & (frames.image(camera, DEPTH) == 0)
        counts = hollow.reshape(frames.count, -1).sum(axis=1)
        for t in np.flatnonzero(counts):
            yield int(t), camera.array(DEPTH), f"{counts[t]} labelled pixels have no depth"


def box_and_mask(frames: Frames) -> Iterator[Finding]:
    """The pixels of an object, put back into the world, lie in the object's box.

    That fails for flipped images, wrong units, wrong calibration and images out of step with the poses alike.
    """
    if frames.scene is None:
        return
    boxes = _Boxes.of(frames.scene)
    for camera in frames.cameras:
        for t in range(frames.count):
            for instance, share in _outside(frames, camera, t, boxes):
                name = next(i.name for i in frames.scene.instances if i.id == instance)
                text = f"{share:.0%} of the pixels of '{name}' (id {instance}) lie outside its box"
                yield t, camera.array(INSTANCE), text


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
    "ids": ids,
    "depth_and_mask": depth_and_mask,
    "camera_and_poses": camera_and_poses,
    "box_and_mask": box_and_mask,
}
"""By name, in the order in which they run."""


def run(frames: Frames) -> Iterator[Problem]:
    """Every check."""
    for name, check in CHECKS.items():
        for frame, where, message in check(frames):
            yield Problem(name, where, message, frames.record.episode, frames.start + frame)


def _classes(scene: Scene) -> npt.NDArray[np.int64]:
    """Class id of each instance id; -1 for ids the scene does not have."""
    table = np.full(2**16, -1, np.int64)
    table[0] = 0
    for instance in scene.instances:
        table[instance.id] = class_id(instance.class_name)
    return table


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Of each instance id (the row): the row of its body, centre and half extents of its box there."""

    body: npt.NDArray[np.int64]
    center: FloatArray
    half: FloatArray

    @classmethod
    def of(cls, scene: Scene) -> "_Boxes":
        rows = max((i.id for i in scene.instances), default=0) + 1
        boxes = cls(np.zeros(rows, np.int64), np.zeros((rows, 3)), np.zeros((rows, 3)))
        for i in scene.instances:
            boxes.body[i.id] = scene.body_index[i.body]
            boxes.center[i.id], boxes.half[i.id] = i.center, np.array(i.size) / 2
        return boxes


def _outside(frames: Frames, camera: CameraModel, t: int, boxes: _Boxes) -> Iterator[tuple[int, float]]:
    """Instances of one image of which too many pixels lie outside their boxes, with the share that does."""
    instance, depth = frames.image(camera, INSTANCE)[t], frames.image(camera, DEPTH)[t] / 1000.0
    v, u = np.nonzero((instance > 0) & (instance < len(boxes.body)) & (depth > 0))
    order = np.argsort(instance[v, u], kind="stable")  # the pixels of an object side by side
    v, u = v[order], u[order]
    z = depth[v, u]
    k = frames.image(camera, INTRINSICS)[t]
    seen = np.stack([(u - k[0, 2]) / k[0, 0] * z, (v - k[1, 2]) / k[1, 1] * z, z], axis=-1)
    present, starts = np.unique(instance[v, u], return_index=True)
    world_body = frames.arrays[POSES][t][boxes.body[present]]
    body_camera = geometry.compose(geometry.inverse(world_body), frames.image(camera, EXTRINSICS)[t])
    for number, pose, first, last in zip(present, body_camera, starts, [*starts[1:], len(z)], strict=True):
        if last - first < MIN_PIXELS:
            continue
        local = geometry.transform_points(pose, seen[first:last]) - boxes.center[number]
        margin = BOX_MARGIN + 0.002 * z[first:last, None]
        share = float((np.abs(local) > boxes.half[number] + margin).any(axis=1).mean())
        if share > MAX_OUTSIDE:
            yield int(number), share
