"""What a LeRobot dataset has of every frame: one feature an array, and how its values become a Parquet column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.dataset import marks
from training.dataset.episode_stream import ACTIONS, REWARD, TERMINATED, TRUNCATED
from training.dataset.schema import EXTRINSICS, INTRINSICS, AnyArray, ArraySpec, CameraModel
from training.dataset.spaces import PLAIN
from training.export._selection import Selection

OBSERVATIONS = "observations/"
STATE = "observation.state"
POSE_NAMES = ("x", "y", "z", "qw", "qx", "qy", "qz")
COUNTERS = {
    "timestamp": "float32",
    "frame_index": "int64",
    "episode_index": "int64",
    "index": "int64",
    "task_index": "int64",
}
"""What LeRobot itself asks for."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One of a frame's values, from one recorded array or several."""

    key: str
    arrays: tuple[ArraySpec, ...]
    names: tuple[str, ...] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one frame's value; a number has (1,)."""
        if len(self.arrays) > 1:
            return (sum(int(np.prod(spec.shape)) for spec in self.arrays),)
        return self.arrays[0].shape or (1,)

    def describe(self) -> dict[str, Any]:
        """As ``info.json`` has it; ``unit`` is ours."""
        about = {"dtype": self.arrays[0].dtype, "shape": list(self.shape), "names": self.names and list(self.names)}
        units = {spec.unit for spec in self.arrays} - {""}
        return about | ({"unit": ", ".join(sorted(units))} if units else {})

    def values(self, rows: Mapping[str, AnyArray], frames: int) -> AnyArray:
        """Of the first frames: shape (frames, ...), (frames,) for numbers."""
        parts = [rows[spec.name][:frames] for spec in self.arrays]
        found = parts[0] if len(parts) == 1 else np.concatenate([part.reshape(frames, -1) for part in parts], axis=1)
        return found.reshape(frames) if self.shape == (1,) else found


def features(selection: Selection) -> list[Feature]:
    """Those with a column of numbers; the cameras' pictures come besides."""
    specs = {spec.name: spec for spec in selection.dataset.meta.arrays}
    observed = [spec for name, spec in specs.items() if name.startswith(OBSERVATIONS)]
    found = [Feature(f"observation.{_key(spec.name)}", (spec,), _names(spec)) for spec in observed]
    state = tuple(spec for spec in observed if spec.dtype == "float32")
    if state and f"{OBSERVATIONS}{PLAIN}" not in specs:
        found.insert(0, Feature(STATE, state, tuple(name for spec in state for name in _names(spec) or _flat(spec))))
    actions = [spec for name, spec in specs.items() if name == ACTIONS or name.startswith(f"{ACTIONS}/")]
    found += [
        Feature(spec.name.replace(ACTIONS, "action", 1).replace("/", "."), (spec,), _names(spec)) for spec in actions
    ]
    found += [Feature(f"next.{name}", (specs[name],)) for name in (REWARD, TERMINATED, TRUNCATED)]
    found += [Feature(name, (specs[name],)) for name in marks.NAMES if name in specs]
    for camera in selection.cameras:
        found.append(Feature(f"camera.{camera.key}.pose_world", (specs[camera.array(EXTRINSICS)],), POSE_NAMES))
        found.append(Feature(f"camera.{camera.key}.intrinsics", (specs[camera.array(INTRINSICS)],)))
    return found


def picture_key(camera: CameraModel) -> str:
    """The feature that a camera's pictures are."""
    return f"observation.images.{camera.key}"


def describe(found: Sequence[Feature], cameras: Sequence[CameraModel]) -> dict[str, dict[str, Any]]:
    """``features`` of ``info.json``."""
    pictures = {
        picture_key(c): {"dtype": "image", "shape": [c.height, c.width, 3], "names": ["height", "width", "channels"]}
        for c in cameras
    }
    counters = {key: {"dtype": dtype, "shape": [1], "names": None} for key, dtype in COUNTERS.items()}
    return pictures | {feature.key: feature.describe() for feature in found} | counters


def _key(array: str) -> str:
    return array.removeprefix(OBSERVATIONS).replace("/", ".")


def _names(spec: ArraySpec) -> tuple[str, ...] | None:
    """Of a vector; LeRobot names no more than one axis."""
    return tuple(_flat(spec)) if len(spec.shape) == 1 else None


def _flat(spec: ArraySpec) -> Iterator[str]:
    for index in np.ndindex(spec.shape):
        yield "_".join([_key(spec.name).rpartition(".")[2], *map(str, index)])
