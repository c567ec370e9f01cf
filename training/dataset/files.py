"""A dataset's root: told from anything else, made, opened, locked against a second writer."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count, zip_longest
from pathlib import Path
from uuid import uuid4

from pydantic import ValidationError

from training import folder_lock
from training.dataset import compression
from training.dataset.commits import CommitReader
from training.dataset.schema import FORMAT, FORMAT_VERSION, DatasetMeta
from training.dataset.storage import METADATA, Location, Storage
from training.dataset.zarr_json import group
from twin.errors import DatasetError

MAX_METADATA = 64 * 1024 * 1024
PARTS_BEGUN = "meta/parts"


def part_prefix(part: int) -> str:
    """Where a part's keys begin: part 0 is the root itself."""
    return f"parts/{part}/" if part else ""


def read_meta(storage: Storage) -> DatasetMeta:
    """The root attributes; ``DatasetError`` in one line when this is no dataset, a newer one or a damaged one."""
    if not storage.exists():
        raise DatasetError(f"{storage.label}: there is no dataset here")
    data = storage.get(METADATA, 0, MAX_METADATA)
    if data is None:
        raise DatasetError(f"{storage.label} is not a dataset: it has no {METADATA}")
    try:
        attributes = json.loads(data)["attributes"]
        ours, version = attributes["format"] == FORMAT, attributes.get("format_version")
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{storage.label}: {METADATA} is damaged: it is no JSON") from error
    except (KeyError, TypeError, AttributeError):
        ours = False
    if not ours:
        raise DatasetError(f"{storage.label} is a Zarr store, but not a dataset of the format '{FORMAT}'")
    if not isinstance(version, int) or version > FORMAT_VERSION:
        raise DatasetError(
            f"{storage.label} has format version {version}; this program reads up to {FORMAT_VERSION}: update it"
        )
    try:
        return DatasetMeta.model_validate(attributes)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DatasetError(f"{storage.label}: {METADATA} is damaged: {where}: {first['msg']}") from error


def create(storage: Storage, meta: DatasetMeta) -> None:
    """Make an empty dataset where nothing is; one key makes it exist."""
    compression.check(meta.compression)
    document = group(meta.model_dump(mode="json") | {"writer": uuid4().hex})
    if storage.exists() or not storage.claim(METADATA, document):
        raise DatasetError(_taken(storage))


def claim_part(storage: Storage, first: int) -> int:
    """A part of an object store that no writer had before, numbered ``first`` or higher; now it is the caller's."""
    taken = {int(name) for name in storage.children("parts") if name.isdecimal()}
    document = group({"writer": uuid4().hex})
    free = (part for part in count(max(1, first)) if part not in taken)
    return next(part for part in free if storage.claim(f"{part_prefix(part)}{METADATA}", document))


def register_part(storage: Storage, part: int) -> None:
    """Note that a part was begun, so that it is missed should it be lost."""
    storage.put(f"{PARTS_BEGUN}/{METADATA}", group())
    storage.put(f"{PARTS_BEGUN}/{part}/{METADATA}", group())


def parts(storage: Storage) -> list[int]:
    """Numbers of the parts besides part 0; ``DatasetError`` where one that was begun is not there any more."""
    begun = {int(name) for name in storage.children(PARTS_BEGUN) if name.isdecimal()}
    there = {int(name) for name in storage.children("parts") if name.isdecimal()}
    if begun - there:
        lost = min(begun - there)
        raise DatasetError(f"{storage.label}: part {lost} is missing: the folder {part_prefix(lost)} is not there")
    return sorted(there)


def numbers(storage: Storage) -> set[int]:
    """Numbers of all committed episodes of all parts."""
    readers = [CommitReader(storage, part_prefix(part)) for part in (0, *parts(storage))]
    return {int(number) for reader in readers for number in reader.numbers(reader.count())}


def _taken(storage: Storage) -> str:
    if storage.path is not None and storage.path.is_file():
        return f"{storage.label} is a file; a dataset is a folder"
    try:
        read_meta(storage)
    except DatasetError:
        return f"{storage.label} exists and is something else; nothing in it was touched; choose another name"
    return f"{storage.label} is a dataset already; go on with it (--resume) or choose another name"


def check_same(storage: Storage, there: DatasetMeta, wanted: DatasetMeta) -> None:
    """Raise ``DatasetError`` when episodes of ``wanted`` do not belong into the dataset that is there."""
    for name in (
        "env_id",
        "env_arguments",
        "seed",
        "quotas",
        "scenarios",
        "stride",
        "splits",
        "split_by",
        "compression",
        "cameras",
        "arrays",
    ):
        old, new = getattr(there, name), getattr(wanted, name)
        if old != new:
            what = name.replace("_", " ")
            raise DatasetError(f"{storage.label} cannot be resumed: not the same {what}: {_difference(old, new)}")


def _difference(old: object, new: object) -> str:
    """The first one."""
    if isinstance(old, dict) and isinstance(new, dict):
        key = next(k for k in {**old, **new} if old.get(k) != new.get(k))
        return f"{key}: {_difference(old.get(key), new.get(key))}"
    if isinstance(old, tuple) and isinstance(new, tuple):
        old, new = next((a, b) for a, b in zip_longest(old, new) if a != b)
    return f"{old!r} there, {new!r} now"


@contextmanager
def locked(storage: Storage, part: str) -> Iterator[None]:
    """Keep other writers out of a part, as long as it is a folder of this machine."""
    if storage.path is None:
        yield
        return
    folder = Path(storage.path, part)
    folder.mkdir(parents=True, exist_ok=True)
    with folder_lock.locked(folder, DatasetError):
        yield


@contextmanager
def gone_if_empty(location: Location) -> Iterator[None]:
    """A dataset that is begun in this block, in a folder, is removed if the block raises before it has an episode.

    It would be in the way of a better command.
    """
    storage = Storage(location, read_only=True)
    new, folder = not storage.exists(), storage.path
    there = folder is not None and folder.is_dir()
    try:
        yield
    except BaseException:
        if new and folder is not None and (folder / METADATA).is_file():
            with suppress(DatasetError), ExitStack() as held:  # somebody else may have been quicker, and write there
                for part in (0, *parts(storage)):
                    held.enter_context(locked(storage, part_prefix(part)))
                if not numbers(storage):
                    shutil.rmtree(folder, ignore_errors=True)
                    if there:
                        folder.mkdir(exist_ok=True)
        raise
