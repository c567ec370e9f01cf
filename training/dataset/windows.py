"""Frames with their past and future, as LeRobot's ``delta_timestamps`` mean it.

``{"observations/lidar": [-0.2, -0.1, 0.0]}`` makes a sample's lidar (3, rays): as it was 0.2 s and 0.1 s
before, and now. What would lie outside the episode is the nearest frame of it, and ``observations/lidar_is_pad`` (3,)
is true there. Arrays that are not named are those of the frame itself. https://github.com/huggingface/lerobot
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.dataset.frame_index import Int64Array
from training.dataset.schema import AnyArray
from twin.errors import InputError, one_of

if TYPE_CHECKING:
    from training.dataset.reader import Dataset

TIME = "time"
PAD = "_is_pad"


class Windows:
    """A sequence of samples, one for each frame of a dataset."""

    def __init__(
        self,
        dataset: "Dataset",
        delta_timestamps: Mapping[str, Sequence[float]],
        tolerance: float = 1e-4,
        arrays: Sequence[str] | None = None,
    ) -> None:
        """``delta_timestamps``: array -> seconds relative to the frame. ``arrays``: what else a sample holds.

        A delta may miss a frame by ``tolerance`` seconds. Raises ``InputError`` for one that is no multiple of the
        time from frame to frame, ``UnknownNameError`` for an array that the dataset lacks.
        """
        self.dataset, self.tolerance = dataset, tolerance
        self.deltas = {name: np.array(deltas, np.float64) for name, deltas in delta_timestamps.items()}
        self.arrays = tuple(n for n in (dataset.arrays if arrays is None else arrays) if n not in self.deltas)
        for name in [*self.deltas, *self.arrays, *([TIME] if self.deltas else [])]:
            one_of("array", name, dataset.arrays, dataset.label)
        self._times = lru_cache(maxsize=256)(_Times(dataset))
        self._check_deltas()

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, frame: int) -> dict[str, AnyArray]:
        return {name: values[0] for name, values in self.batch([frame]).items()}

    def __reduce__(self) -> tuple[object, ...]:
        deltas = {name: values.tolist() for name, values in self.deltas.items()}
        return Windows, (self.dataset, deltas, self.tolerance, self.arrays)

    def batch(self, frames: npt.ArrayLike) -> dict[str, AnyArray]:
        """Samples of many frames at once: array -> (samples, ...) or (samples, deltas, ...)."""
        chosen = self.dataset.index.checked(frames)
        out = self.dataset.batch(chosen, self.arrays) if self.arrays else {}
        for deltas, names in self._alike():
            found, padded = self._find(chosen, deltas)
            distinct, places = np.unique(found, return_inverse=True)  # windows overlap: each frame is read once
            read = self.dataset.batch(distinct, names)
            for name in names:
                out[name] = read[name][places.reshape(found.shape)]
                out[name + PAD] = padded
        return out

    def _alike(self) -> list[tuple[npt.NDArray[np.float64], list[str]]]:
        """Arrays with the same deltas are looked up together."""
        groups: dict[tuple[float, ...], list[str]] = {}
        for name, deltas in self.deltas.items():
            groups.setdefault(tuple(deltas.tolist()), []).append(name)
        return [(np.array(deltas), names) for deltas, names in groups.items()]

    def _find(self, frames: Int64Array, deltas: npt.NDArray[np.float64]) -> tuple[Int64Array, npt.NDArray[np.bool_]]:
        """Frames (samples, deltas) at those times, the nearest of the episode where there is none, which is marked."""
        found = np.empty((len(frames), len(deltas)), np.int64)
        padded = np.empty(found.shape, bool)
        for i, (frame, k) in enumerate(
            zip(frames.tolist(), self.dataset.index.episodes_of(frames).tolist(), strict=True)
        ):
            times = self._times(k)
            first = int(self.dataset.ends[k]) - len(times)
            wanted = times[frame - first] + deltas
            after = np.clip(np.searchsorted(times, wanted), 1, max(1, len(times) - 1))
            before = after - 1
            after = np.minimum(after, len(times) - 1)
            nearest = np.where(np.abs(times[after] - wanted) < np.abs(times[before] - wanted), after, before)
            found[i] = first + nearest
            padded[i] = np.abs(times[nearest] - wanted) > self.tolerance
        return found, padded

    def _check_deltas(self) -> None:
        """A delta that falls between the frames would be padding everywhere."""
        period = self._period()
        for name, deltas in self.deltas.items():
            for delta in deltas if period else ():
                if abs(delta - round(delta / period) * period) > self.tolerance:
                    text = f"delta {delta:g} s of '{name}' is no multiple of the {period:g} s from frame to frame"
                    raise InputError(f"{self.dataset.label}: {text}, within {self.tolerance:g} s")

    def _period(self) -> float:
        """Seconds from the first frame to the second one, of the first episode that has two; 0 where none has."""
        for k in range(self.dataset.episodes if self.deltas else 0):
            if self.dataset.index.recorded[k] > 1:
                part, first = self.dataset.parts[self.dataset.index.part[k]], int(self.dataset.index.first[k])
                return float(np.diff(part.arrays[TIME].read(np.arange(first, first + 2)))[0])
        return 0.0


class _Times:
    """Of each frame of an episode its time."""

    def __init__(self, dataset: "Dataset") -> None:
        self._dataset = dataset

    def __call__(self, k: int) -> npt.NDArray[np.float64]:
        return self._dataset.rows(k, 0, int(self._dataset.index.lengths[k]))[TIME]
