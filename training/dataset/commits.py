"""Which episodes exist. The length of ``meta/episode_ends`` says so, and one key replacement makes it longer.

Three vectors have one entry per episode: ``episode_ends`` (frame after its last one), ``episode_numbers`` and
``episodes`` (its record, as JSON). A commit stores the new entries behind the end of all three and then replaces
``meta/episode_ends/zarr.json``. Before that nothing can be seen; after it everything can.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from numcodecs.vlen import VLenUTF8
from pydantic import ValidationError

from training.dataset import codec, zarr_json
from training.dataset.schema import EpisodeRecord
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
        try:
            count = int(json.loads(data)["shape"][0])
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise self._damaged(ENDS, METADATA) from error
        if not 0 <= count <= MAX_EPISODES:
            raise self._damaged(ENDS, METADATA)
        return count

    def ends(self, count: int) -> Int64Array:
        """Frame after the last one of each episode, shape (count,)."""
        ends = self._integers(ENDS, count)
        if (np.diff(ends, prepend=0) < 0).any():
            raise DatasetError(f"{self.storage.label}: {self.part}{ENDS} is damaged: it goes backwards")
        return ends

    def numbers(self, count: int) -> Int64Array:
        """Number of each episode, shape (count,)."""
        return self._integers(NUMBERS, count)

    def texts(self, chunk: int) -> list[str]:
        """The records of one chunk as JSON; more than are committed, maybe."""
        key = f"c/{chunk}"
        data = self.storage.get(f"{self.part}{RECORDS}/{key}")
        try:
            return list(VLenUTF8().decode(codec.without_checksum(data or b"")))
        except (ValueError, RuntimeError) as error:
            raise self._damaged(RECORDS, key) from error

    def records(self, chunk: int) -> list[EpisodeRecord]:
        """The records of one chunk."""
        try:
            return [EpisodeRecord.model_validate_json(text) for text in self.texts(chunk) if text]
        except ValidationError as error:
            raise self._damaged(RECORDS, f"c/{chunk}") from error

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

    def __init__(self, commits: CommitReader) -> None:
        self._chunk = lru_cache(maxsize=8)(commits.records)

    def __getitem__(self, position: int) -> EpisodeRecord:
        chunk, at = divmod(position, RECORDS_PER_CHUNK)
        return self._chunk(chunk)[at]


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

    def commit(self, record: EpisodeRecord, values: Mapping[str, bytes]) -> None:
        """Make the episode exist, after storing ``values``, its data. After an error the log is of no use."""
        if self.count % RECORDS_PER_CHUNK == 0:
            self._records = []
        self._records.append(record.model_dump_json())
        self._ends.append(self.frames + record.frames)
        self.numbers.append(record.episode)
        entries = self._last_records() | self._last_integers(NUMBERS, self.numbers)
        entries |= self._last_integers(ENDS, self._ends)
        entries |= self._declaration(RECORDS, self.count + 1) | self._declaration(NUMBERS, self.count + 1)
        self._storage.put_all({**values, **entries})
        self._storage.put_all(self._declaration(ENDS, self.count + 1))  # this is the commit
        self.count += 1

    def _last_records(self) -> dict[str, bytes]:
        chunk = self.count // RECORDS_PER_CHUNK
        padded = np.array(self._records + [""] * (RECORDS_PER_CHUNK - len(self._records)), dtype=object)
        data = codec.with_checksum(bytes(VLenUTF8().encode(padded)))
        return {f"{self._part}{RECORDS}/c/{chunk}": data}

    def _last_integers(self, name: str, values: list[int]) -> dict[str, bytes]:
        chunk = (len(values) - 1) // INTEGERS_PER_CHUNK
        tail = np.zeros(INTEGERS_PER_CHUNK, "<i8")
        rest = values[chunk * INTEGERS_PER_CHUNK :]
        tail[: len(rest)] = rest
        return {f"{self._part}{name}/c/{chunk}": codec.with_checksum(tail.tobytes())}

    def _declaration(self, name: str, count: int) -> dict[str, bytes]:
        document = (
            zarr_json.strings(count, RECORDS_PER_CHUNK, ABOUT[name])
            if name == RECORDS
            else zarr_json.integers(count, INTEGERS_PER_CHUNK, ABOUT[name])
        )
        return {f"{self._part}{name}/{METADATA}": document}
