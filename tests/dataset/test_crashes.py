"""Whatever ends a writer, what it committed is there, what it did not is not, and the next one goes on."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_datasets import assert_holds, random_rows, write
from zarr.abc.store import Store
from zarr.storage import LocalStore, MemoryStore, WrapperStore

from training.dataset import Dataset, DatasetMeta, DatasetWriter
from twin.errors import DatasetError

WRITE_FOR_EVER = """
import sys
import numpy as np
from small_datasets import random_rows, write
from training.dataset import DatasetWriter

with DatasetWriter.resume(sys.argv[1]) as writer:
    print("ready", flush=True)
    number = writer.committed
    while True:
        rng = np.random.default_rng(number)
        write(writer, [random_rows(rng, 1 + number % 7, number % 5)], first=number)
        number += 1
"""


def episode(number: int) -> list[dict[str, Any]]:
    return random_rows(np.random.default_rng(number), 1 + number % 7, number % 5)


def start_writer(path: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1] / "support")}
    command = [sys.executable, "-c", WRITE_FOR_EVER, str(path)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_sigkill_at_random_moments(tmp_path: Path, meta: DatasetMeta) -> None:
    path, moments = tmp_path / "D", random.Random(0)
    DatasetWriter.create(path, meta).close()
    before = 0
    for _ in range(5):
        process = start_writer(path)
        time.sleep(moments.uniform(0.05, 0.3))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]
        dataset = Dataset(path)
        assert dataset.episodes >= before
        before = dataset.episodes
        assert dataset.numbers.tolist() == list(range(before))
    assert before > 0
    for number in range(before):
        assert_holds(dataset, number, episode(number))
    leave_garbage(path)
    with DatasetWriter.resume(path) as writer:
        write(writer, [episode(before)], first=before)
    assert not list(path.rglob("*.partial"))
    assert not (path / "data/image/c/99999").exists()
    assert_holds(Dataset(path), before, episode(before))


def leave_garbage(path: Path) -> None:
    """What a kill leaves: a file half replaced, a shard beyond the end."""
    (path / "data/reward/c/0.abc.partial").write_bytes(b"half")
    (path / "data/image/c/99999/0").mkdir(parents=True)
    (path / "data/image/c/99999/0/0").write_bytes(b"uncommitted")


class FullDisk(WrapperStore[Store]):
    """A store that has room for so many keys, then for none."""

    room = sys.maxsize

    async def set(self, key: str, value: Any) -> None:
        if self.room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= 1
        await super().set(key, value)


def test_a_disk_that_is_full_at_any_put_loses_nothing_committed(meta: DatasetMeta) -> None:
    for room in range(200):
        store = MemoryStore()
        DatasetWriter.create(store, meta).close()
        disk = FullDisk(store)
        disk.room = room
        try:
            with DatasetWriter.resume(disk) as writer:
                write(writer, [episode(number) for number in range(3, 5)], first=3)
            break
        except DatasetError as error:
            assert "No space left on device" in str(error)
        dataset = Dataset(store)
        committed = dataset.episodes
        assert dataset.numbers.tolist() == [3, 4][:committed]
        with DatasetWriter.resume(store) as writer:
            write(writer, [episode(number) for number in range(3 + committed, 5)], first=3 + committed)
        dataset = Dataset(store)
        for k in range(2):
            assert_holds(dataset, k, episode(3 + k))
    else:
        pytest.fail("never enough room")
    assert room > 30


def test_a_full_disk_says_what_stays_readable(tmp_path: Path, meta: DatasetMeta) -> None:
    disk = FullDisk(LocalStore(tmp_path / "D"))
    with pytest.raises(DatasetError) as caught, DatasetWriter.create(disk, meta) as writer:
        write(writer, [episode(3)])
        writer.flush()
        disk.room = 0
        write(writer, [episode(4)], first=1)
        writer.flush()
    assert "No space left on device" in str(caught.value)
    assert "1 committed episode" in str(caught.value)
    assert Dataset(tmp_path / "D").episodes == 1


def test_a_file_size_limit_of_the_system_is_an_error_too(tmp_path: Path) -> None:
    code = """
import resource, sys
import numpy as np
from training.dataset import ArraySpec, DatasetMeta, DatasetWriter, EpisodeRecord
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
meta = DatasetMeta(name="big", arrays=(ArraySpec(name="x", dtype="uint8", shape=(50_000,)),))
rng = np.random.default_rng(0)
with DatasetWriter.create(sys.argv[1], meta) as writer:
    for number, frames in enumerate((1, 5)):
        with writer.episode(EpisodeRecord(episode=number)) as episode:
            for _ in range(frames):
                episode.append({"x": rng.integers(0, 256, 50_000, dtype=np.uint8)})
"""
    process = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "D")], check=False, capture_output=True, text=True
    )
    assert "File too large; 1 committed episode " in process.stderr
    assert Dataset(tmp_path / "D").episode(0)["x"].shape == (1, 50_000)


def test_a_bad_frame_costs_its_episode_only(tmp_path: Path, meta: DatasetMeta) -> None:
    with DatasetWriter.create(tmp_path / "D", meta) as writer:
        bad = episode(1)[0] | {"reward": [1.0, 2.0]}
        with pytest.raises(DatasetError, match=r"reward: a frame holds float64 \(\), got float64 \(2,\)"):
            write(writer, [[*episode(6), bad]])
        write(writer, [episode(5)])
    assert_holds(Dataset(tmp_path / "D"), 0, episode(5))


def test_a_flipped_bit_is_found_and_named(small: Path) -> None:
    file = small / "data/image/c/1/0/0"
    data = bytearray(file.read_bytes())
    data[10] ^= 1
    file.write_bytes(data)
    with pytest.raises(DatasetError, match=r"image is damaged at rows 3\.\.3 \(data/image/c/1/0/0\): the checksum"):
        Dataset(small)[3]["image"]
    assert Dataset(small)[4]["image"].shape == (4, 6)


def test_frames_that_are_gone_are_not_read_as_zeros(small: Path) -> None:
    (small / "data/reward/c/1").unlink()
    with pytest.raises(DatasetError, match=r"reward is damaged at rows 8\.\.11 .*is not there"):
        Dataset(small).episode(2)["reward"]


def test_readers_that_were_open_before_read_on(tmp_path: Path, meta: DatasetMeta) -> None:
    with DatasetWriter.create(tmp_path / "D", meta) as writer:
        write(writer, [episode(3)])
        writer.flush()
        dataset = Dataset(tmp_path / "D")
        assert_holds(dataset, 0, episode(3))
        write(writer, [episode(n) for n in range(4, 9)], first=1)
        writer.flush()
        assert_holds(dataset, 0, episode(3))
        assert dataset.episodes == 1
