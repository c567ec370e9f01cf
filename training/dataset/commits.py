"""Which episodes exist. The length of ``meta/episode_ends`` says so, and one key replacement makes it longer.

Three vectors have one entry per episode: ``episode_ends`` (frame after its last one), ``episode_numbers`` and
``episodes`` (its record, as JSON). A commit, of one episode or of some, stores the new entries behind the end of all
three and then replaces ``meta/episode_ends/zarr.json``. Before that nothing can be seen; after it everything can.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from numcodecs.vlen import VLenUTF8
from pydantic import ValidationError

from training.dataset import codec, zarr_json
from training.dataset.schema import MAX_EPISODE_FRAMES, EpisodeRecord
from training.dataset.storage import METADATA, Storage
from twin.errors import DatasetError

ENDS, NUMBERS, RECORDS = "meta/episode_ends", "meta/episode_numbers", "meta/episodes"
INTEGERS_PER_CHUNK = 4096
RECORDS_PER_CHUNK = 64
MAX_EPISODES = 100_000_000

ABOUT = {
    ENDS: "frame after the last one of each episode",
    NUMBERS: "number of each episode",
    RECORDS: "record of each episode, JSON",
}

Int64Array = npt.NDArray[np.int64]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CommitReader:
    """Reads the committed episodes of one part."""

    storage: Storage
    part: str

    def count(self) -> int:
        """How many episodes are committed; 0 where nothing was written yet."""
        data = self.storage.get(f"{self.part}{ENDS}/{METADATA}")
        if data is None:
            return 0
        shape = zarr_json.shape(zarr_json.parsed(data))
        if len(shape) != 1 or shape[0] > MAX_EPISODES:
            raise self._damaged(ENDS, METADATA)
        return shape[0]

    def ends(self, count: int) -> Int64Array:
        """Frame after the last one of each episode, shape (count,)."""
        ends = self._integers(ENDS, count)
        lengths = np.diff(ends, prepend=0)
        if (lengths < 0).any():
            raise DatasetError(f"{self.storage.label}: {self.part}{ENDS} is damaged: it goes backwards")
        if (lengths > MAX_EPISODE_FRAMES).any():
            what = f"it says an episode of {lengths.max()} frames; {MAX_EPISODE_FRAMES} are the most"
            raise DatasetError(f"{self.storage.label}: {self.part}{ENDS} is damaged: {what}")
        return ends

    def numbers(self, count: int) -> Int64Array:
        """Number of each episode, shape (count,)."""
        return self._integers(NUMBERS, count)

    def texts(self, chunk: int) -> list[str]:
        """The records of one chunk as JSON; more than are committed, maybe."""
        key = f"c/{chunk}"
        data = self.storage.get(f"{self.part}{RECORDS}/{key}")
        try:
            values = codec.without_checksum(data or b"")
            if int.from_bytes(values[:4], "little") != RECORDS_PER_CHUNK:  # room is made for as many as it says
                raise self._damaged(RECORDS, key)
            return list(VLenUTF8().decode(values))
        except (ValueError, RuntimeError) as error:
            raise self._damaged(RECORDS, key) from error

    def records(self, chunk: int) -> list[EpisodeRecord]:
        """The records of one chunk."""
        try:
            return [EpisodeRecord.model_validate_json(text) for text in self.texts(chunk) if text]
        except ValidationError as error:
            first = error.errors()[0]
            why = f": {'.'.join(map(str, first['loc']))}: {first['msg']}"
            raise DatasetError(f"{self._damaged(RECORDS, f'c/{chunk}')}{why}") from error

    def _integers(self, name: str, count: int) -> Int64Array:
        chunks = [self._integer_chunk(name, c) for c in range(-(-count // INTEGERS_PER_CHUNK))]
        return np.concatenate([np.empty(0, np.int64), *chunks])[:count]

    def _integer_chunk(self, name: str, chunk: int) -> Int64Array:
        data = self.storage.get(f"{self.part}{name}/c/{chunk}")
        try:
            values = np.frombuffer(codec.without_checksum(data or b""), "<i8").astype(np.int64)
        except ValueError as error:
            raise self._damaged(name, f"c/{chunk}") from error
        if len(values) != INTEGERS_PER_CHUNK:
            raise self._damaged(name, f"c/{chunk}")
        return values

    def _damaged(self, name: str, key: str) -> DatasetError:
        return DatasetError(f"{self.storage.label}: {self.part}{name}/{key} is damaged")


class RecordReader:
    """Records by their position in a part, a chunk of them kept in memory at a time."""

    def __init__(self, commits: CommitReader, check: Callable[[EpisodeRecord], None]) -> None:
        """``check`` raises for a record that does not fit its part."""
        self._chunk = lru_cache(maxsize=8)(commits.records)
        self._check = check

    def __getitem__(self, position: int) -> EpisodeRecord:
        chunk, at = divmod(position, RECORDS_PER_CHUNK)
        record = self._chunk(chunk)[at]
        self._check(record)
        return record


class CommitLog:
    """The writer's side."""

    def __init__(self, storage: Storage, part: str) -> None:
        """Goes on after what is committed."""
        self._storage, self._part = storage, part
        reader = CommitReader(storage, part)
        self.count = reader.count()
        self._ends = list(map(int, reader.ends(self.count)))
        self.numbers = list(map(int, reader.numbers(self.count)))
        chunk, tail = divmod(self.count, RECORDS_PER_CHUNK)
        self._records = reader.texts(chunk)[:tail] if tail else []
        """Of the episodes from the first one of that chunk on."""

    def declarations(self) -> dict[str, bytes]:
        """The vectors' ``zarr.json``. To be stored before the first commit."""
        values: dict[str, bytes] = {}
        for name in (RECORDS, NUMBERS, ENDS):
            values |= self._declaration(name, self.count)
        return values

    @property
    def frames(self) -> int:
        """How many frames are committed."""
        return self._ends[-1] if self._ends else 0

    @property
    def added(self) -> int:
        """How many episodes were added since the last commit."""
        return len(self.numbers) - self.count

    def add(self, record: EpisodeRecord) -> None:
        """An episode that the next commit makes exist."""
        self._records.append(record.model_dump_json())
        self._ends.append(self.frames + record.frames)
        self.numbers.append(record.episode)

    def commit(self, values: Mapping[str, bytes]) -> None:
        """Make what was added exist, after storing ``values``, its data. After an error the log is of no use."""
        count = len(self.numbers)
        entries = self._new_records() | self._new_integers(NUMBERS, self.numbers) | self._new_integers(ENDS, self._ends)
        entries |= self._declaration(RECORDS, count) | self._declaration(NUMBERS, count)
        self._storage.put_all({**values, **entries})
        self._storage.put_all(self._declaration(ENDS, count))  # this is the commit
        del self._records[: (count // RECORDS_PER_CHUNK - self.count // RECORDS_PER_CHUNK) * RECORDS_PER_CHUNK]
        self.count = count

    def _new_records(self) -> dict[str, bytes]:
        first = self.count // RECORDS_PER_CHUNK
        chunks = _split(self._records, RECORDS_PER_CHUNK)
        return {f"{self._part}{RECORDS}/c/{k}": _texts(chunk) for k, chunk in enumerate(chunks, first)}

    def _new_integers(self, name: str, values: list[int]) -> dict[str, bytes]:
        first = self.count // INTEGERS_PER_CHUNK
        chunks = _split(values[first * INTEGERS_PER_CHUNK :], INTEGERS_PER_CHUNK)
        return {f"{self._part}{name}/c/{k}": _integers(chunk) for k, chunk in enumerate(chunks, first)}

    def _declaration(self, name: str, count: int) -> dict[str, bytes]:
        document = (
            zarr_json.strings(count, RECORDS_PER_CHUNK, ABOUT[name])
            if name == RECORDS
            else zarr_json.integers(count, INTEGERS_PER_CHUNK, ABOUT[name])
        )
        return {f"{self._part}{name}/{METADATA}": document}


def _split(values: list[T], size: int) -> Iterator[list[T]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def _texts(chunk: list[str]) -> bytes:
    padded = np.array(chunk + [""] * (RECORDS_PER_CHUNK - len(chunk)), dtype=object)
    return codec.with_checksum(bytes(VLenUTF8().encode(padded)))


def _integers(chunk: list[int]) -> bytes:
    padded = np.zeros(INTEGERS_PER_CHUNK, "<i8")
    padded[: len(chunk)] = chunk
    return codec.with_checksum(padded.tobytes())
