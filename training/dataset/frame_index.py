"""Where each frame of a dataset lies: in which part, in which row. Selections of frames are such tables too."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from training.dataset.part import Part
from twin.errors import DatasetError

Int64Array = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FrameIndex:
    """Episodes in the order of their numbers. Frame t of episode k is row ``first[k] + steps[...]`` of its part."""

    numbers: Int64Array
    """(episodes,), rising."""
    part: Int64Array
    """(episodes,)"""
    position: Int64Array
    """In the part, (episodes,)."""
    first: Int64Array
    """Row of the recorded episode's first frame in the part, (episodes,)."""
    recorded: Int64Array
    """Frames of the recorded episode, (episodes,)."""
    ends: Int64Array
    """Frame after the last one of each episode, (episodes,)."""
    steps: Int64Array | None = None
    """Of each frame its number in the recorded episode, (frames,); None where no frame is left out."""

    @classmethod
    def of(cls, parts: Sequence[Part], label: str) -> "FrameIndex":
        """Everything that is recorded."""
        lengths = [np.diff(part.ends, prepend=0) for part in parts]
        columns = {
            "numbers": [part.numbers for part in parts],
            "part": [np.full(part.count, p, np.int64) for p, part in enumerate(parts)],
            "position": [np.arange(part.count) for part in parts],
            "first": [part.ends - length for part, length in zip(parts, lengths, strict=True)],
            "recorded": lengths,
        }
        whole = {name: np.concatenate([np.empty(0, np.int64), *arrays]) for name, arrays in columns.items()}
        order = np.argsort(whole["numbers"], kind="stable")
        table = {name: values[order] for name, values in whole.items()}
        twice = table["numbers"][1:][np.diff(table["numbers"]) == 0]
        if len(twice):
            raise DatasetError(f"{label}: episode {twice[0]} is there twice")
        return cls(**table, ends=np.cumsum(table["recorded"]))

    @property
    def episodes(self) -> int:
        """How many."""
        return len(self.numbers)

    @property
    def frames(self) -> int:
        """How many."""
        return int(self.ends[-1]) if self.episodes else 0

    @cached_property
    def lengths(self) -> Int64Array:
        """Frames of each episode, (episodes,)."""
        return np.diff(self.ends, prepend=0)

    def whole(self, k: int) -> bool:
        """Whether no frame of the recorded episode is left out."""
        return self.steps is None or int(self.lengths[k]) == int(self.recorded[k])

    def steps_of(self, k: int) -> Int64Array:
        """Of each frame of episode k its number in the recorded episode."""
        end, length = int(self.ends[k]), int(self.lengths[k])
        return np.arange(length) if self.steps is None else self.steps[end - length : end]

    def episodes_of(self, frames: Int64Array) -> Int64Array:
        """Positions of the episodes that hold the frames."""
        return np.searchsorted(self.ends, frames, side="right")

    def rows(self, frames: Int64Array) -> tuple[Int64Array, Int64Array]:
        """Part and row in it of each frame."""
        k = self.episodes_of(frames)
        steps = frames - (self.ends - self.lengths)[k] if self.steps is None else self.steps[frames]
        return self.part[k], self.first[k] + steps

    def checked(self, frames: npt.ArrayLike) -> Int64Array:
        """Frame numbers, negative ones counted from the end; raises ``IndexError`` for one that is not there, or is not
        whole.
        """
        given = np.atleast_1d(np.asarray(frames))
        if given.size and given.dtype.kind not in "iu":
            raise IndexError(f"frames are whole numbers, not {given.flat[0]}")
        given = given.astype(np.int64)
        wrong = given[(given < -self.frames) | (given >= self.frames)]
        if len(wrong):
            raise IndexError(f"frame {wrong[0]} of {self.frames}")
        return np.where(given < 0, given + self.frames, given)

    def select(self, episodes: Sequence[int], frames: Sequence[Int64Array] | None = None) -> "FrameIndex":
        """Only these episodes, and of each only these of its frames, all of them by default. Episodes without a frame
        are left out.
        """
        chosen = np.asarray(episodes, np.int64)
        if frames is None and self.steps is None:
            return self._with(chosen, self.lengths[chosen], None)
        kept = [np.arange(self.lengths[k]) for k in chosen] if frames is None else frames
        full = [(k, self.steps_of(k)[at]) for k, at in zip(chosen.tolist(), kept, strict=True) if len(at)]
        positions = np.array([k for k, _ in full], np.int64)
        steps = [at for _, at in full]
        return self._with(positions, np.array([len(s) for s in steps], np.int64), np.concatenate([chosen[:0], *steps]))

    def _with(self, episodes: Int64Array, lengths: Int64Array, steps: Int64Array | None) -> "FrameIndex":
        return FrameIndex(
            self.numbers[episodes],
            self.part[episodes],
            self.position[episodes],
            self.first[episodes],
            self.recorded[episodes],
            np.cumsum(lengths),
            steps,
        )
