"""Frames in any order, windows with history, loaders: all of them give what the episodes hold."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_datasets import random_rows, write

from training.dataset import ArraySpec, Dataset, DatasetMeta, DatasetWriter, EpisodeRecord
from training.dataset.shard_reader import CHUNKS_AT_ONCE
from twin.errors import DatasetError, InputError, UnknownNameError

laws = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def parts(tmp_path: Path, meta: DatasetMeta) -> Path:
    """Seven episodes in three parts; enough frames for several shards and runs of chunks."""
    rng = np.random.default_rng(2)
    DatasetWriter.create(tmp_path / "parts", meta).close()
    for part in range(3):
        with DatasetWriter.resume(tmp_path / "parts", part=part) as writer:
            for number in range(part, 7, 3):
                write(writer, [random_rows(rng, 2 + 5 * number, bodies=1 + number)], first=number)
    return tmp_path / "parts"


@laws
@given(data=st.data(), threads=st.sampled_from([1, 3]))
def test_a_batch_is_its_frames(parts: Path, data: st.DataObject, threads: int) -> None:
    dataset = Dataset(parts)
    index = st.integers(-len(dataset), len(dataset) - 1)
    frames = data.draw(st.lists(index, max_size=3 * CHUNKS_AT_ONCE), label="frames")
    batch = dataset.batch(frames, threads=threads)
    assert list(batch) == list(dataset.arrays)
    for name, values in batch.items():
        assert len(values) == len(frames)
        for value, frame in zip(values, frames, strict=True):
            single = dataset[frame][name]
            own = slice(len(single)) if name == "poses" else ...
            np.testing.assert_array_equal(value[own], single)
            assert name != "poses" or np.isnan(value[len(single) :]).all()


def test_what_a_batch_refuses(parts: Path) -> None:
    dataset = Dataset(parts)
    with pytest.raises(IndexError, match=f"frame {len(dataset)} of {len(dataset)}"):
        dataset.batch([0, len(dataset)])
    with pytest.raises(UnknownNameError, match="unknown array 'imag'; did you mean 'image'"):
        dataset.batch([0], ["imag"])


def test_damage_is_named_by_the_batch_that_meets_it(parts: Path) -> None:
    shard = parts / "data/image/c/0/0/0"
    data = bytearray(shard.read_bytes())
    data[10] ^= 1
    shard.write_bytes(data)
    with pytest.raises(DatasetError, match=r"image is damaged at rows 0\.\.1 \(data/image/c/0/0/0\): the checksum"):
        Dataset(parts).batch(range(5), ["image"])


def test_the_reader_needs_no_torch(parts: Path) -> None:
    code = "import sys; from training.dataset import Dataset; d = Dataset(sys.argv[1])\n"
    code += "d.batch([0, 3]); d.filter(episode='0:2'); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code, str(parts)], check=True)


# -- windows -----------------------------------------------------------------------------------------------------------

PERIOD = 0.1


@pytest.fixture
def timed(tmp_path: Path) -> Path:
    """Episodes of 5, 1 and 8 frames, 0.1 s apart; ``x`` is 100 times the episode plus the frame."""
    arrays = (ArraySpec(name="time", dtype="float64"), ArraySpec(name="x", dtype="int64"))
    with DatasetWriter.create(tmp_path / "timed", DatasetMeta(name="t", arrays=arrays)) as writer:
        for number, frames in enumerate((5, 1, 8)):
            with writer.episode(EpisodeRecord(episode=number)) as episode:
                for t in range(frames):
                    episode.append({"time": t * PERIOD, "x": 100 * number + t})
    return tmp_path / "timed"


@laws
@given(
    steps=st.lists(st.integers(-4, 4), min_size=1, max_size=5),
    frames=st.lists(st.integers(0, 13), min_size=1, max_size=9),
)
def test_windows_are_lerobots(timed: Path, steps: list[int], frames: list[int]) -> None:
    """The reference is its ``_get_query_indices``: clamp to the episode, and mark what was outside."""
    dataset = Dataset(timed)
    windows = dataset.windows({"x": [step * PERIOD for step in steps]})
    samples = windows.batch(frames)
    for i, frame in enumerate(frames):
        k, _ = dataset.locate(frame)
        end = int(dataset.ends[k])
        start = end - dataset.record(k).frames
        wanted = [max(start, min(end - 1, frame + step)) for step in steps]
        assert samples["x"][i].tolist() == [int(dataset[w]["x"]) for w in wanted]
        assert samples["x_is_pad"][i].tolist() == [not start <= frame + step < end for step in steps]
        assert samples["time"][i] == dataset[frame]["time"]


def test_windows_of_a_view_pad_the_frames_that_it_leaves_out(timed: Path) -> None:
    sample = Dataset(timed).filter(every=2).windows({"x": [-0.2, -0.1, 0.0]})[1]
    assert sample["x_is_pad"].tolist() == [False, True, False]
    assert sample["x"][[0, 2]].tolist() == [0, 2]


def test_windows_refuse_what_falls_between_frames(timed: Path) -> None:
    dataset = Dataset(timed)
    with pytest.raises(InputError, match=r"delta -0\.15 s of 'x' is no multiple of the 0\.1 s from frame to frame"):
        dataset.windows({"x": [-0.15]})
    with pytest.raises(UnknownNameError, match="unknown array 'y'"):
        dataset.windows({"y": [0.0]})


# -- loaders -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_workers_of_a_loader_read_every_frame_once(timed: Path, start: str) -> None:
    from torch.utils.data import DataLoader

    from training.dataset.torch_data import FrameDataset, FrameStream

    dataset = Dataset(timed)
    dataset.batch(range(14), threads=2)  # threads and caches of the parent must not reach its children
    frames = FrameDataset(dataset, delta_timestamps={"x": [-PERIOD, 0.0]})
    options: dict[str, Any] = {"batch_size": 4, "num_workers": 2, "multiprocessing_context": start}
    mapped = [int(x) for batch in DataLoader(frames, **options) for x in batch["x"][:, 1]]
    everything = Dataset(timed).batch(range(14))["x"].tolist()
    assert mapped == everything
    streamed = [int(x) for batch in DataLoader(FrameStream(frames, seed=3), **options) for x in batch["x"][:, 1]]
    assert sorted(streamed) == everything
    assert streamed != everything


def test_the_seed_and_the_epoch_decide_the_order(timed: Path) -> None:
    from training.dataset.torch_data import FrameDataset, FrameStream

    stream = FrameStream(FrameDataset(Dataset(timed), ["x"]), seed=1)
    first, again = [[int(s["x"]) for s in stream] for _ in range(2)]
    stream.epoch = 1
    assert first == again
    assert [int(s["x"]) for s in stream] != first
    assert [int(s["x"]) for s in FrameStream(stream.frames, seed=None)] == sorted(first)


def test_a_dataset_goes_to_another_process_as_it_is(parts: Path) -> None:
    chosen = Dataset(parts).filter(episode="2:4", every=2)
    there = pickle.loads(pickle.dumps(chosen))
    assert (there.numbers.tolist(), there.frames, there.digest()) == ([2, 3, 4], chosen.frames, chosen.digest())


# -- bad input ---------------------------------------------------------------------------------------------------------


def test_a_missing_part_is_named(parts: Path) -> None:
    (parts / "parts/1").rename(parts / "elsewhere")
    with pytest.raises(DatasetError, match=r"part 1 is missing: the folder parts/1/ is not there"):
        Dataset(parts)


def test_a_part_of_another_schema_is_named(parts: Path) -> None:
    document = parts / "parts/1/data/image/zarr.json"
    document.write_text(document.read_text().replace("uint16", "uint8"))
    dataset = Dataset(parts)
    assert dataset.episode(0)["image"].dtype == np.uint16
    with pytest.raises(
        DatasetError, match=r"parts/1/data/image is uint8 \(\*, 4, 6\), where the schema says uint16 \(\*, 4, 6\)"
    ):
        dataset.episode(1)["image"]
    document.unlink()
    with pytest.raises(DatasetError, match=r"parts/1/data/image is missing or damaged: its zarr\.json cannot be read"):
        Dataset(parts).episode(1)["image"]
