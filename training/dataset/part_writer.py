"""Writes the episodes of one part, one after the other, on the thread that calls."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from training.dataset.arrays import ArrayAppender, ArrayMark
from training.dataset.commits import CommitLog
from training.dataset.digest import EpisodeDigest
from training.dataset.helpers import Helpers
from training.dataset.image_kernels import count_visible
from training.dataset.rows import Batch
from training.dataset.scenes import SceneStore
from training.dataset.schema import INSTANCE, MAX_EPISODE_FRAMES, DatasetMeta, EpisodeRecord
from training.dataset.splits import group_of, split_of
from training.dataset.storage import METADATA, Storage
from training.dataset.zarr_json import group
from twin.errors import DatasetError
from twin.per_object import per_object
from twin.scene import Scene

COMMITTING = 0.05
"""Share of the time that goes into commits, at most, while there is something else to do."""
USUALLY = 0.01
"""Seconds: taken for a commit's duration before the first one."""


@dataclass
class _Open:
    """The episode being written."""

    marks: dict[str, ArrayMark]
    digest: EpisodeDigest
    frames: int = 0
    widths: dict[str, int] = field(default_factory=dict)
    visible: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(2**16, np.int64))
    """Of each instance id: camera images it is visible in."""

    def take_in(self, batch: Batch, images: list[str]) -> None:
        """What is known of the frames, as distinct from storing them. ``images``: arrays of instance ids."""
        for name in self.marks:
            self.digest.update(name, batch[name])
        for name in images:
            count_visible(batch[name].reshape(len(batch[name]), -1), self.visible)


class PartWriter:
    """Appends rows and commits episodes. After any error it is of no use: resume with a new one."""

    def __init__(self, storage: Storage, part: str, meta: DatasetMeta, helpers: Helpers) -> None:
        """Goes on after what is committed, and reclaims what was not."""
        self._storage, self._part, self._meta, self._helpers = storage, part, meta, helpers
        self.log = CommitLog(storage, part)
        self._store_scene = per_object(SceneStore(storage, part).put)  # once, and without keeping the scene alive
        self._arrays = {}
        for spec in meta.arrays:
            columns = self._reclaim(spec.name, spec.shard, spec.ragged)
            self._arrays[spec.name] = ArrayAppender(storage, part, spec, meta.compression, self.log.frames, columns)
        self._images = [c.array(INSTANCE) for c in meta.cameras if c.array(INSTANCE) in self._arrays]
        self._open: _Open | None = None
        self._next_commit: float
        """Not before, on the monotonic clock, unless there is nothing else to do."""
        self._declare()
        self._put_off(USUALLY)

    def extend(self, batch: Batch) -> None:
        """Frames of one episode."""
        with self._saving_complete_episodes():
            episode = self._open or self._begin()
            episode.frames += len(batch)
            if episode.frames > MAX_EPISODE_FRAMES:
                raise DatasetError(f"an episode has {MAX_EPISODE_FRAMES} frames at most")
            episode.widths |= {name: batch[name].shape[1] for name, array in self._arrays.items() if array.spec.ragged}
            pieces = [piece for name, array in self._arrays.items() for piece in array.extend(batch[name])]
            tasks = self._helpers.start(piece.compressed for piece in pieces)
            episode.take_in(batch, self._images)
            for piece, chunks in zip(pieces, self._helpers.finish(tasks), strict=True):
                piece.appender.add(chunks)

    def end(self, record: EpisodeRecord, scene: Scene | None = None) -> None:
        """Complete the episode, which the next commit makes exist."""
        with self._saving_complete_episodes():
            self.log.add(self._completed(record, scene))
            self._open = None

    def _completed(self, record: EpisodeRecord, scene: Scene | None) -> EpisodeRecord:
        episode = self._open
        if episode is None:
            raise DatasetError(f"episode {record.episode} has no frames")
        layout = record.layout_digest or record.layout
        kept_together = record.group or group_of(layout, self._meta.split_by, number=record.episode, seed=record.seed)
        complete = record.model_copy(
            update={
                "group": kept_together,
                "split": split_of(kept_together, self._meta.splits),
                "scene": self._store_scene(scene) if scene else "",
                "frames": episode.frames,
                "widths": episode.widths,
                "boxes": _boxes(scene, episode.visible),
            }
        )
        return complete.model_copy(update={"digest": episode.digest.finish(complete)})

    @contextmanager
    def _saving_complete_episodes(self) -> Iterator[None]:
        """What goes wrong with this episode costs none that was complete before."""
        try:
            yield
        except BaseException:
            with suppress(DatasetError):
                self.discard()
                self.commit_in_time(idle=True)
            raise

    def commit(self, *, last: bool = False) -> None:
        """Make all complete episodes exist. ``last``: and arrays as long as what is committed."""
        began = time.monotonic()
        values = {k: v for array in self._arrays.values() for k, v in array.unstored(exactly=last).items()}
        if self.log.added:
            self.log.commit(values)
        else:
            self._storage.put_all(values)
        self._put_off(time.monotonic() - began)

    def commit_in_time(self, *, idle: bool) -> None:
        """Commit complete episodes, unless the last commit was just now and it is better to go on (not ``idle``)."""
        if self.log.added and (idle or time.monotonic() >= self._next_commit):
            self.commit()

    def discard(self) -> None:
        """Forget the episode that was not committed."""
        if self._open is not None:
            for name, mark in self._open.marks.items():
                self._arrays[name].rewind(mark)
            self._open = None

    def close(self) -> None:
        """Commit, and leave nothing behind what is committed."""
        self.discard()
        self.commit(last=True)

    def _declare(self) -> None:
        """All that must be there before the first commit."""
        values = {f"{self._part}{name}/{METADATA}": group() for name in _groups(self._meta)}
        self._storage.put_all(values | self.log.declarations())

    def _put_off(self, taking: float) -> None:
        """No commit for now, when one takes so many seconds."""
        self._next_commit = time.monotonic() + taking / COMMITTING

    def _begin(self) -> _Open:
        self._open = _Open({n: a.mark() for n, a in self._arrays.items()}, EpisodeDigest(self._meta.arrays))
        return self._open

    def _reclaim(self, name: str, shard: int, ragged: bool) -> int:
        """Remove shards behind the committed frames; how many columns there are."""
        prefix = f"{self._part}data/{name}/c"
        columns = 1
        for child in self._storage.children(prefix):
            if child.isdecimal() and int(child) * shard >= self.log.frames:
                self._storage.delete_below(f"{prefix}/{child}")
            elif ragged and child.isdecimal():
                columns = max([columns, *(int(c) + 1 for c in self._storage.children(f"{prefix}/{child}"))])
        return columns


def _groups(meta: DatasetMeta) -> list[str]:
    paths = {"meta", "meta/scenes", "data"}
    for spec in meta.arrays:
        parts = spec.name.split("/")
        paths |= {"/".join(["data", *parts[:i]]) for i in range(1, len(parts))}
    return sorted(paths)


def _boxes(scene: Scene | None, visible: npt.NDArray[np.int64]) -> dict[str, int]:
    boxes: dict[str, int] = {}
    for instance in scene.instances if scene else ():
        count = int(visible[instance.id])
        if count:
            boxes[instance.class_name] = boxes.get(instance.class_name, 0) + count
    return dict(sorted(boxes.items()))
