"""Goes through a whole dataset and reports what is wrong with it."""

from collections.abc import Callable, Container, Iterator, Mapping

from training.dataset import checks
from training.dataset.checks import Frames, Problem
from training.dataset.digest import EpisodeDigest
from training.dataset.reader import Dataset, Rows
from training.dataset.schema import Ancestor, ArraySpec, DatasetMeta
from training.dataset.splits import split_of
from training.dataset.storage import METADATA
from training.dataset.stored_schema import rows_agree
from training.dataset.zarr_json import parsed
from training.dataset.zarr_json import shape as shape_of
from twin.errors import DatasetError

BLOCK_BYTES = 128 * 1024 * 1024


def audit(dataset: Dataset, done: Callable[[int], None] = lambda _: None) -> Iterator[Problem]:
    """Every problem found; ``done(frames)`` is called as it goes on. No problem means a sound dataset."""
    told = list(structure(dataset))
    yield from told
    for k in range(dataset.episodes):
        yield from episode(dataset, k, done, {problem.where for problem in told})


def structure(dataset: Dataset) -> Iterator[Problem]:
    """Arrays are what the schema says, and long enough; splits follow from groups."""
    for part in dataset.parts:
        frames = int(part.ends[-1]) if part.count else 0
        for spec in dataset.meta.arrays:
            where = f"{part.prefix}data/{spec.name}"
            document = parsed(part.storage.get(f"{where}/{METADATA}"))
            shape = shape_of(document) or [0]
            if not document and not frames:
                continue  # arrays come with the first episode
            if not document:
                yield Problem("structure", where, f"its {METADATA} is missing or no JSON")
            elif document.get("data_type") != spec.dtype or not rows_agree(spec, shape[1:]):
                found = f"{document.get('data_type', 'nothing')} {shape}"
                yield Problem("structure", where, f"is {found}, where the schema says {spec.dtype} {spec.shape}")
            elif shape[0] < frames:
                yield Problem("structure", where, f"has {shape[0]} frames; {frames} are committed")
    for record in dataset.records():
        if record.split != split_of(record.group, dataset.meta.splits):
            yield Problem("structure", "record", f"split '{record.split}' is not its group's", record.episode)


def episode(
    dataset: Dataset, k: int, done: Callable[[int], None] = lambda _: None, told: Container[str] = ()
) -> Iterator[Problem]:
    """One episode can be read, is what was written, and passes every check of its frames.

    ``told``: arrays, named as a problem's ``where``, that are known to be wrong as a whole.
    """
    record = dataset.record(k)
    rows = dataset.episode(k)
    if rows.frames != record.frames:
        yield Problem("structure", "record", f"says {record.frames} frames, there are {rows.frames}", record.episode)
    try:
        scene = dataset.scene(k) if record.scene else None
    except DatasetError as error:
        yield Problem("readable", "scene", str(error), record.episode)
        scene = None
    digest = EpisodeDigest(dataset.meta.arrays)
    sound = True
    skipped = {"steps"} if not dataset.complete(k) or _selected(dataset.meta) else set()
    block = max(1, BLOCK_BYTES // max(1, sum(_frame_bytes(spec, record.widths) for spec in dataset.meta.arrays)))
    for start in range(0, rows.frames, block):
        part = dataset.rows(k, start, min(rows.frames, start + block))
        damage = list(_damage(part, start))
        yield from (problem for problem in damage if problem.where not in told)
        sound &= not damage
        if not damage:
            arrays = dict(part)
            for name, values in arrays.items():
                digest.update(name, values)
            frames = Frames(arrays, dataset.meta.arrays, dataset.meta.cameras, record, scene, start)
            yield from checks.run(frames, skipped)
        done(part.frames)
    if sound and dataset.complete(k) and digest.finish(record) != record.digest:
        yield Problem("digest", "record", "the frames are not those that were committed", record.episode)


def _frame_bytes(spec: ArraySpec, widths: Mapping[str, int]) -> int:
    columns = -(-widths.get(spec.name, 0) // spec.shape[0]) if spec.ragged else 1
    return columns * spec.row_bytes


def _selected(node: DatasetMeta | Ancestor) -> bool:
    """Whether frames may have been left out on the way to a dataset."""
    return (node.operation is not None and node.operation.name == "select") or any(map(_selected, node.ancestry))


def _damage(rows: Rows, start: int) -> Iterator[Problem]:
    """Arrays that cannot be read, frame by frame."""
    for name in rows:
        try:
            rows[name]
        except DatasetError:
            for t in range(rows.frames):
                yield from _damaged_frame(rows, name, t, start + t)


def _damaged_frame(rows: Rows, name: str, t: int, frame: int) -> Iterator[Problem]:
    try:
        rows.between(t, t + 1)[name]
    except DatasetError as error:
        yield Problem("readable", f"{rows.part.prefix}data/{name}", str(error), rows.record.episode, frame)
