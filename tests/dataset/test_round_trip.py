"""What is written is what is read, whatever the lengths, the chunks and the order of writing."""

import json
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import zarr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_datasets import ARRAYS, assert_holds, random_rows, write
from zarr.storage import MemoryStore

from training.dataset import ArraySpec, Dataset, DatasetMeta, DatasetWriter, EpisodeRecord, part_writer
from training.dataset.audit import audit
from training.dataset.codec import decode_chunk, encode_chunk
from training.dataset.commits import CommitLog
from training.dataset.part_writer import PartWriter
from training.dataset.schema import AnyArray

LENGTHS = st.lists(st.tuples(st.integers(1, 20), st.integers(0, 10)), min_size=1, max_size=6)
laws = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def meta_with_chunks(chunk: int, chunks: int) -> DatasetMeta:
    arrays = [spec.model_copy(update={"chunk": chunk, "shard": chunk * chunks}) for spec in ARRAYS]
    return DatasetMeta(name="test", arrays=tuple(arrays))


@laws
@given(LENGTHS, st.integers(1, 5), st.integers(1, 4), st.data())
def test_episodes_read_back_equal_across_sessions_and_discards(
    lengths: list[tuple[int, int]], chunk: int, chunks: int, data: st.DataObject
) -> None:
    rng = np.random.default_rng(0)
    store, meta = MemoryStore(), meta_with_chunks(chunk, chunks)
    episodes = [random_rows(rng, frames, bodies) for frames, bodies in lengths]
    writer = DatasetWriter.create(store, meta)
    for number, rows in enumerate(episodes):
        if data.draw(st.booleans(), label="discard one first"):
            with pytest.raises(RuntimeError, match="stop"), writer.episode(EpisodeRecord(episode=number)) as episode:
                for row in random_rows(rng, data.draw(st.integers(0, 9), label="frames"), bodies=8):
                    episode.append(row)
                raise RuntimeError("stop")
        if data.draw(st.booleans(), label="reopen"):
            writer.close()
            writer = DatasetWriter.resume(store, meta)
        write(writer, [rows], first=number)
    writer.close()

    dataset = Dataset(store)
    assert dataset.episodes == len(episodes)
    assert len(dataset) == sum(map(len, episodes))
    for k, rows in enumerate(episodes):
        assert_holds(dataset, k, rows)
    flat = [row for rows in episodes for row in rows]
    for frame in data.draw(st.lists(st.integers(0, len(flat) - 1), max_size=5), label="frames"):
        for name, value in dataset[frame].items():
            np.testing.assert_array_equal(value, np.asarray(flat[frame][name]))


@laws
@given(LENGTHS, st.integers(1, 5), st.integers(1, 4))
def test_plain_zarr_reads_the_same(lengths: list[tuple[int, int]], chunk: int, chunks: int) -> None:
    rng = np.random.default_rng(0)
    store = MemoryStore()
    with DatasetWriter.create(store, meta_with_chunks(chunk, chunks)) as writer:
        write(writer, [random_rows(rng, frames, bodies) for frames, bodies in lengths])
    assert_plain_zarr_reads_the_same(store)


@laws
@given(LENGTHS, st.integers(1, 5), st.integers(1, 4), st.data())
def test_commits_in_the_midst_of_an_episode(
    monkeypatch: pytest.MonkeyPatch,
    lengths: list[tuple[int, int]],
    chunk: int,
    chunks: int,
    data: st.DataObject,
) -> None:
    """Episodes wait for each other's commits, which store some frames of the one that is being written."""
    monkeypatch.setattr("training.dataset.rows.LONGEST", 1)  # every frame is sent at once
    monkeypatch.setattr(part_writer, "COMMITTING", 1e-9)
    rng = np.random.default_rng(0)
    store, meta = MemoryStore(), meta_with_chunks(chunk, chunks)
    episodes = [random_rows(rng, frames, bodies) for frames, bodies in lengths]
    with DatasetWriter.create(store, meta) as writer:
        for number, frames in enumerate(episodes):
            with suppress(RuntimeError), writer.episode(EpisodeRecord(episode=number)) as episode:
                for row in random_rows(
                    rng, data.draw(st.just(len(frames)) | st.integers(0, 20), label="discarded"), bodies=9
                ):
                    episode.append(row)
                writer.submit(PartWriter.commit)
                raise RuntimeError("stop")
            with writer.episode(EpisodeRecord(episode=number)) as episode:
                at = data.draw(st.integers(0, len(frames)), label="commit after")
                for t, row in enumerate(frames):
                    if t == at:
                        writer.submit(PartWriter.commit)
                    episode.append(row)
    dataset = Dataset(store)
    for k, frames in enumerate(episodes):
        assert_holds(dataset, k, frames)
    assert not list(audit(dataset))
    assert_plain_zarr_reads_the_same(store)


def test_many_short_episodes_are_committed_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_writer, "COMMITTING", 1e-9)
    commits: list[int] = []
    commit = CommitLog.commit
    monkeypatch.setattr(CommitLog, "commit", lambda log, values: (commits.append(log.added), commit(log, values)))
    episodes = [random_rows(np.random.default_rng(number), 1) for number in range(200)]  # chunks of records are 64
    with DatasetWriter.create(tmp_path / "D", DatasetMeta(name="test", arrays=ARRAYS)) as writer:
        for first in range(0, 200, 50):
            hold = threading.Event()
            writer.submit(lambda _, hold=hold: hold.wait())  # type: ignore[misc]
            threading.Timer(0.05, hold.set).start()
            write(writer, episodes[first : first + 50], first)
        writer.flush()
        assert Dataset(tmp_path / "D").episodes == 200
    assert sum(commits) == 200
    assert len(commits) < 100
    dataset = Dataset(tmp_path / "D")
    assert [record.seed for record in dataset.records()] == list(range(200))
    for k in (0, 63, 64, 199):
        assert_holds(dataset, k, episodes[k])


def assert_plain_zarr_reads_the_same(store: MemoryStore) -> None:
    dataset = Dataset(store)
    group = zarr.open_group(store, mode="r")
    ends = np.asarray(group["meta/episode_ends"])
    np.testing.assert_array_equal(ends, dataset.ends)
    for k, (start, stop) in enumerate(zip([0, *ends], ends, strict=False)):
        for name, values in dataset.episode(k).items():
            array = group[f"data/{name}"]
            assert isinstance(array, zarr.Array)
            assert array.shape[0] == len(dataset)
            plain = np.asarray(array[start:stop])
            if name == "poses":
                assert np.isnan(plain[:, values.shape[1] :]).all()
                plain = plain[:, : values.shape[1]]
            np.testing.assert_array_equal(plain, values)


def test_plain_zarr_reads_records_and_attributes(small: Path) -> None:
    group = zarr.open_group(small, mode="r")
    assert group.attrs["format"] == "factory-twin-dataset"
    assert group.attrs["licence"] == "CC0-1.0"
    records = group["meta/episodes"]
    assert isinstance(records, zarr.Array)
    first = json.loads(str(records[0]))
    assert (first["episode"], first["frames"], first["group"]) == (0, 3, "g0")


@pytest.mark.parametrize("dtype", ArraySpec.dtypes())
def test_every_dtype_survives_a_chunk(dtype: str) -> None:
    rows = np.arange(24).reshape(4, 6).astype(dtype)
    np.testing.assert_array_equal(decode_chunk(encode_chunk(rows), rows.shape, dtype), rows)


@pytest.mark.parametrize("dtype", ArraySpec.dtypes())
def test_plain_zarr_reads_every_dtype(dtype: str) -> None:
    store = MemoryStore()
    values = np.arange(7).astype(dtype)
    with DatasetWriter.create(store, DatasetMeta(name="d", arrays=(ArraySpec(name="x", dtype=dtype),))) as writer:  # type: ignore[arg-type]
        write(writer, [[{"x": value} for value in values]])
    array = zarr.open_group(store, mode="r")["data/x"]
    assert isinstance(array, zarr.Array)
    read: AnyArray = np.asarray(array)
    assert read.dtype == values.dtype
    np.testing.assert_array_equal(read, values)


def test_parts_are_read_as_one_dataset_in_the_order_of_the_numbers(tmp_path: Path, meta: DatasetMeta) -> None:
    rng = np.random.default_rng(3)
    episodes = [random_rows(rng, 2 + k) for k in range(6)]
    for name, parts in (("one", 1), ("three", 3)):
        DatasetWriter.create(tmp_path / name, meta).close()
        for part in range(parts):
            with DatasetWriter.resume(tmp_path / name, meta, part) as writer:
                for number in range(part, 6, parts):
                    write(writer, [episodes[number]], first=number)
    one, three = Dataset(tmp_path / "one"), Dataset(tmp_path / "three")
    assert len(three.parts) == 3
    assert three.numbers.tolist() == list(range(6))
    for k, rows in enumerate(episodes):
        assert_holds(three, k, rows)
    assert one.digest() == three.digest()


def test_positions_and_frames_find_each_other(small: Path) -> None:
    dataset = Dataset(small)
    assert [dataset.locate(f) for f in range(8)] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (1, 3), (2, 0)]
    assert dataset.locate(-1) == (5, 7)
    with pytest.raises(IndexError, match="frame 33 of 33"):
        dataset[33]
    with pytest.raises(IndexError, match="episode 6 of 6"):
        dataset.episode(6)
