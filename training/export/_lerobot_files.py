"""The Parquet files of a LeRobot dataset, written episode by episode: none has to fit in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.dataset.frames import Rows
from training.dataset.schema import AnyArray
from training.export import _lerobot_stats as statistics
from training.export._lerobot_features import Feature
from training.export._optional import required

DATA = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
EPISODES = "meta/episodes/chunk-000/file-000.parquet"
TASKS = "meta/tasks.parquet"
FILES_PER_CHUNK = 1000
MEGABYTES_PER_FILE = 100
EPISODES_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Pictures:
    """Of one camera over a few frames."""

    files: list[bytes]
    counts: AnyArray
    """Sum of their histograms."""


def joined(pieces: Sequence[Mapping[str, Pictures]]) -> dict[str, Pictures]:
    """Pieces of one episode put together."""
    return {
        key: Pictures(
            [file for piece in pieces for file in piece[key].files],
            np.sum([piece[key].counts for piece in pieces], axis=0),
        )
        for key in pieces[0]
    }


class Files:
    """Takes one episode after the other."""

    def __init__(self, folder: Path, features: Sequence[Feature], fps: float) -> None:
        """Below an empty folder."""
        self.features = features
        self.frames = 0
        """Written so far."""
        self.episodes = 0
        """Written so far."""
        self.tasks: dict[str, int] = {}
        self.stats: dict[str, statistics.Stats] = {}
        """Over all episodes; complete when closed."""
        self._folder, self._fps = folder, fps
        self._data, self._index = _Parquet(), _Parquet()
        self._file = -1
        self._recent: list[dict[str, Any]] = []
        self._recent_stats: list[dict[str, statistics.Stats]] = []

    def add(self, rows: Rows, pictures: Mapping[str, Pictures], task: str) -> None:
        """All frames of an episode but the last, at which nothing was done."""
        frames = rows.frames - 1
        columns = {feature.key: feature.values(rows, frames) for feature in self.features}
        columns |= self._counters(frames, self.tasks.setdefault(task, len(self.tasks)))
        self._write({key: found.files for key, found in pictures.items()}, columns)
        self._recent_stats.append(
            {key: statistics.of_pictures(found.counts, frames) for key, found in pictures.items()}
            | {key: statistics.of_values(values) for key, values in columns.items()}
        )
        self._recent.append(self._entry(frames, task))
        self.frames += frames
        self.episodes += 1
        if len(self._recent) >= EPISODES_AT_ONCE:
            self._flush()

    def close(self) -> None:
        """Complete all files."""
        self._flush()
        self._data.close()
        self._index.close()
        pandas, arrow = required("pandas", "export"), required("pyarrow", "export")
        table = pandas.DataFrame({"task_index": list(self.tasks.values())}, index=list(self.tasks))
        required("pyarrow.parquet", "export").write_table(arrow.Table.from_pandas(table), self._folder / TASKS)

    def _counters(self, frames: int, task: int) -> dict[str, AnyArray]:
        return {
            "timestamp": (np.arange(frames) / self._fps).astype(np.float32),
            "frame_index": np.arange(frames),
            "episode_index": np.full(frames, self.episodes),
            "index": np.arange(self.frames, self.frames + frames),
            "task_index": np.full(frames, task),
        }

    def _entry(self, frames: int, task: str) -> dict[str, Any]:
        """What ``meta/episodes`` says of an episode."""
        chunk, file = divmod(self._file, FILES_PER_CHUNK)
        return {
            "episode_index": self.episodes,
            "tasks": [task],
            "length": frames,
            "dataset_from_index": self.frames,
            "dataset_to_index": self.frames + frames,
            "data/chunk_index": chunk,
            "data/file_index": file,
            "meta/episodes/chunk_index": 0,
            "meta/episodes/file_index": 0,
        }

    def _write(self, pictures: Mapping[str, Sequence[bytes]], columns: Mapping[str, AnyArray]) -> None:
        if self._file < 0 or self._data.bytes > MEGABYTES_PER_FILE * 2**20:
            self._data.close()
            self._file += 1
        chunk, file = divmod(self._file, FILES_PER_CHUNK)
        path = self._folder / DATA.format(chunk_index=chunk, file_index=file)
        self._data.write(path, _table(pictures, columns))

    def _flush(self) -> None:
        """Write what is known of the last few episodes."""
        if not self._recent:
            return
        flat = [
            {f"stats/{key}/{name}": v.tolist() for key, stats in one.items() for name, v in stats.items()}
            for one in self._recent_stats
        ]
        rows = [entry | stats for entry, stats in zip(self._recent, flat, strict=True)]
        self._index.write(self._folder / EPISODES, required("pyarrow", "export").Table.from_pylist(rows))
        all_stats = [*([self.stats] if self.stats else []), *self._recent_stats]
        self.stats = {key: statistics.merged([one[key] for one in all_stats]) for key in all_stats[0]}
        self._recent, self._recent_stats = [], []


class _Parquet:
    """A file that tables are appended to."""

    def __init__(self) -> None:
        self.bytes = 0
        self._writer: Any = None

    def write(self, path: Path, table: Any) -> None:
        """The first one makes the file."""
        if self._writer is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = required("pyarrow.parquet", "export").ParquetWriter(path, table.schema)
        self._writer.write_table(table)
        self.bytes += table.nbytes

    def close(self) -> None:
        """The next table begins another file."""
        if self._writer is not None:
            self._writer.close()
        self._writer, self.bytes = None, 0


def _table(pictures: Mapping[str, Sequence[bytes]], columns: Mapping[str, AnyArray]) -> Any:
    arrow = required("pyarrow", "export")
    kind = arrow.struct([("bytes", arrow.binary()), ("path", arrow.string())])
    images = {
        key: arrow.array([{"bytes": file, "path": None} for file in files], type=kind)
        for key, files in pictures.items()
    }
    return arrow.table(images | {key: _column(values) for key, values in columns.items()})


def _column(values: AnyArray) -> Any:
    """Numbers, vectors of one length, or lists of lists: what ``datasets`` makes of them."""
    arrow = required("pyarrow", "export")
    if values.ndim == 1:
        return arrow.array(values)
    if values.ndim == 2:
        return arrow.FixedSizeListArray.from_arrays(arrow.array(values.ravel()), values.shape[1])
    column = arrow.array(values.ravel())
    for axis in range(values.ndim - 1, 0, -1):
        count = int(np.prod(values.shape[:axis]))
        column = arrow.ListArray.from_arrays(np.arange(count + 1, dtype=np.int32) * values.shape[axis], column)
    return column
