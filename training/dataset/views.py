"""Views on disk: a small folder that says which frames of its parent it shows. It stores no frames itself.

The parent is named by its place relative to the view and held to its episodes' digests, so that a view shows what it
showed when it was made, or says that it cannot. Episodes added to the parent later do not disturb it.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.dataset import codec, files, remote, zarr_json
from training.dataset.frame_index import FrameIndex, Int64Array
from training.dataset.part import Part
from training.dataset.partial import partial_digest
from training.dataset.schema import DatasetMeta
from training.dataset.storage import METADATA, Location, Storage
from twin.errors import DatasetError

if TYPE_CHECKING:
    from training.dataset.reader import Dataset

NUMBERS, ENDS, STEPS = "view/numbers", "view/ends", "view/steps"
DIGESTS = "view/digests"
ABOUT = {
    NUMBERS: "number of each episode, in the parent as well",
    ENDS: "frame after the last one of each episode",
    STEPS: "of each frame its number in the parent's episode",
    DIGESTS: "SHA-256 of each episode as shown here, in hexadecimal",
}
DIGEST_LENGTH = 64
MAX_DEPTH = 16


def save(dataset: "Dataset", folder: Path, parent: "Dataset", meta: DatasetMeta) -> None:
    """Write what ``dataset``, selected from ``parent``, shows, as a view at ``folder``; the root's key comes last."""
    storage = Storage(folder, read_only=False)
    index = dataset.index
    inside = [_steps_in(parent, dataset, k) for k in range(index.episodes)]
    none = np.empty(0, np.int64)
    for name, values in ((NUMBERS, index.numbers), (ENDS, index.ends), (STEPS, np.concatenate([none, *inside]))):
        storage.put(f"{name}/c/0", codec.with_checksum(np.ascontiguousarray(values, "<i8").tobytes()))
        storage.put(f"{name}/{METADATA}", zarr_json.integers(len(values), max(1, len(values)), ABOUT[name]))
    digests = np.frombuffer("".join(record.digest for record in dataset.records()).encode(), np.uint8)
    storage.put(f"{DIGESTS}/c/0", codec.encode_chunk(digests))
    storage.put(f"{DIGESTS}/{METADATA}", zarr_json.blob(len(digests), ABOUT[DIGESTS]))
    storage.put(f"view/{METADATA}", zarr_json.group())
    where = str(parent.location) if parent.storage.path is None else os.path.relpath(parent.storage.path, folder)
    storage.put(METADATA, zarr_json.group(meta.model_copy(update={"view": where}).model_dump(mode="json")))


def opened(storage: Storage, meta: DatasetMeta) -> tuple[tuple[Part, ...], FrameIndex]:
    """The parts of the recorded dataset below, and which of their frames the view shows.

    Raises ``DatasetError`` where the parent is gone or has changed.
    """
    parent = _parent(storage, meta)
    numbers, ends = _integers(storage, NUMBERS), _integers(storage, ENDS)
    steps = _integers(storage, STEPS)
    if (
        len(numbers) != len(ends)
        or len(steps) != (ends[-1] if len(ends) else 0)
        or (np.diff(ends, prepend=0) < 1).any()
    ):
        raise DatasetError(f"{storage.label}: the view's index is damaged")
    lost = np.setdiff1d(numbers, parent.numbers)
    if len(lost):
        raise _changed(storage, parent, f"has no episode {lost[0]} any more")
    episodes = np.searchsorted(parent.numbers, numbers)
    frames = np.split(steps, ends[:-1])
    for k, inside in zip(episodes.tolist(), frames, strict=True):
        if inside.min() < 0 or inside.max() >= parent.index.lengths[k]:
            raise _changed(storage, parent, f"has no such frames in episode {parent.numbers[k]} any more")
    index = parent.index.select(episodes.tolist(), frames)
    _check_digests(storage, parent, index, [spec.name for spec in meta.arrays])
    return parent.parts, index


def _parent(storage: Storage, meta: DatasetMeta) -> "Dataset":
    from training.dataset.reader import Dataset

    try:
        _check_depth(storage, meta)
        return Dataset(_place(storage, meta.view))
    except DatasetError as error:
        raise DatasetError(f"{storage.label} is a view, and its parent cannot be opened: {error}") from error


def _place(storage: Storage, view: str) -> Location:
    """Where the parent is."""
    if remote.is_url(view):
        return view
    if storage.path is None:
        raise DatasetError(f"the folder {view} cannot be found from {storage.label}")
    return Path(os.path.normpath(storage.path / view))


def _check_depth(storage: Storage, meta: DatasetMeta) -> None:
    """Views of views end somewhere, even where somebody's files say otherwise."""
    for _ in range(MAX_DEPTH):
        if not meta.view:
            return
        storage = Storage(_place(storage, meta.view), read_only=True)
        meta = files.read_meta(storage)
    raise DatasetError(f"more than {MAX_DEPTH} views of views, or a view of itself")


def _check_digests(storage: Storage, parent: "Dataset", index: FrameIndex, arrays: Sequence[str]) -> None:
    """Every episode is what it was when the view was made."""
    shown = _digests(storage, index.episodes)
    all_arrays = len(arrays) == len(parent.parts[0].arrays)
    for k, digest in enumerate(shown):
        record = parent.parts[index.part[k]].records[int(index.position[k])]
        complete = all_arrays and index.whole(k)
        now = record.digest if complete else partial_digest(record.digest, index.steps_of(k), arrays)
        if now != digest:
            raise _changed(storage, parent, f"has another episode {record.episode} now")


def _changed(storage: Storage, parent: "Dataset", what: str) -> DatasetError:
    return DatasetError(f"{storage.label} is a view of {parent.label}, which {what}; make the view again")


def _steps_in(parent: "Dataset", dataset: "Dataset", k: int) -> Int64Array:
    """Which frames of the parent's episode, which may show some frames only itself, the k-th one has."""
    there = int(np.searchsorted(parent.numbers, dataset.numbers[k]))
    return np.searchsorted(parent.index.steps_of(there), dataset.index.steps_of(k))


def _integers(storage: Storage, name: str) -> Int64Array:
    try:
        return np.frombuffer(codec.without_checksum(storage.get(f"{name}/c/0") or b""), "<i8").astype(np.int64)
    except ValueError as error:
        raise DatasetError(f"{storage.label}: {name} is damaged") from error


def _digests(storage: Storage, count: int) -> list[str]:
    try:
        data = codec.decode_chunk(storage.get(f"{DIGESTS}/c/0") or b"", (count * DIGEST_LENGTH,), np.uint8).tobytes()
        text = data.decode("ascii")
    except ValueError as error:
        raise DatasetError(f"{storage.label}: {DIGESTS} is damaged") from error
    return [text[k * DIGEST_LENGTH : (k + 1) * DIGEST_LENGTH] for k in range(count)]
