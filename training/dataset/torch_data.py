"""A dataset for PyTorch's ``DataLoader``: by index, or as a shuffled stream shared out among workers.

>>> frames = FrameDataset(Dataset("D.zarr"), arrays=["actions"])  # doctest: +SKIP
>>> loader = DataLoader(frames, batch_size=32, num_workers=2)  # doctest: +SKIP

Both are safe with forked and with spawned workers: nothing stays open between two samples.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import torch
from torch.utils import data

from training.dataset.windows import Windows

if TYPE_CHECKING:
    from training.dataset.reader import Dataset

Sample: TypeAlias = dict[str, torch.Tensor]


class FrameDataset(data.Dataset[Sample]):
    """One sample a frame: array name -> tensor."""

    def __init__(
        self,
        dataset: "Dataset",
        arrays: Sequence[str] | None = None,
        delta_timestamps: Mapping[str, Sequence[float]] | None = None,
        tolerance: float = 1e-4,
    ) -> None:
        """``arrays``: which ones, all by default. ``delta_timestamps``: see ``training.dataset.windows``.

        Ragged arrays differ in width between episodes, so a loader cannot stack them: name the others in ``arrays``.
        """
        self.windows = Windows(dataset, delta_timestamps or {}, tolerance, arrays)

    def __len__(self) -> int:
        return len(self.windows)

    def __getitem__(self, frame: int) -> Sample:
        return self.__getitems__([frame])[0]

    def __getitems__(self, frames: Sequence[int]) -> list[Sample]:
        """What a loader asks for a whole batch: read at once."""
        batch = {name: torch.from_numpy(values) for name, values in self.windows.batch(frames).items()}
        return [{name: values[i] for name, values in batch.items()} for i in range(len(frames))]


class FrameStream(data.IterableDataset[Sample]):
    """Every frame once an epoch, in an order that seed and epoch decide; workers share the frames out.

    With batches in mind, frames are read ``block`` at a time: give ``DataLoader`` a ``batch_size`` up to that.
    """

    def __init__(self, frames: FrameDataset, seed: int | None = 0, block: int = 64) -> None:
        """``seed`` None keeps the order of the dataset."""
        self.frames, self.seed, self.block = frames, seed, block
        self.epoch = 0
        """Set it before each epoch, or every epoch has the same order."""

    def __len__(self) -> int:
        return len(self.frames)

    def __iter__(self) -> Iterator[Sample]:
        worker = data.get_worker_info()
        number, workers = (worker.id, worker.num_workers) if worker is not None else (0, 1)
        mine = self.order()[number::workers]
        for start in range(0, len(mine), self.block):
            yield from self.frames.__getitems__(mine[start : start + self.block].tolist())

    def order(self) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """The frames of this epoch, before they are shared out."""
        if self.seed is None:
            return np.arange(len(self))
        return np.random.default_rng((self.seed, self.epoch)).permutation(len(self))
