"""Whatever ends a writer, what it committed is there, what it did not is not, and the next one goes on."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from small_datasets import assert_holds, write
from writing_for_ever import episode
from zarr.abc.store import Store
from zarr.storage import LocalStore, WrapperStore

from training.dataset import Dataset, DatasetMeta, DatasetWriter
from training.dataset.audit import audit
from twin.errors import DatasetError


def test_the_next_writer_removes_what_a_kill_left(small: Path) -> None:
    leave_garbage(small)
    with DatasetWriter.resume(small) as writer:
        write(writer, [episode(6)], first=6)
    assert not list(small.rglob("*.partial"))
    assert not (small / "data/image/c/99999").exists()
    assert_holds(Dataset(small), 6, episode(6))


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


def test_a_disk_that_is_full_at_any_put_loses_nothing_committed(tmp_path: Path, meta: DatasetMeta) -> None:
    for room in range(200):
        path = tmp_path / str(room)
        disk = FullDisk(LocalStore(path))
        disk.room = room
        try:
            with DatasetWriter.create(disk, meta) as writer:
                write(writer, [episode(3), episode(4)], first=3)
            break
        except DatasetError as error:
            assert "No space left on device" in str(error)
        committed = Dataset(path).episodes if (path / "zarr.json").exists() else 0
        assert committed == 0 or Dataset(path).numbers.tolist() == [3, 4][:committed]
        with (
            DatasetWriter.resume(path) if (path / "zarr.json").exists() else DatasetWriter.create(path, meta) as writer
        ):
            write(writer, [episode(number) for number in range(3 + committed, 5)], first=3 + committed)
        dataset = Dataset(path)
        for k in range(2):
            assert_holds(dataset, k, episode(3 + k))
        assert not list(audit(dataset))
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
        writer.flush()
"""
    process = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "D")], check=False, capture_output=True, text=True
    )
    assert "File too large; 1 committed episode " in process.stderr
    assert Dataset(tmp_path / "D").episode(0)["x"].shape == (1, 50_000)


REFUSED = """
import os, sys
from pathlib import Path
from small_datasets import write
from writing_for_ever import episode
from training.dataset import DatasetMeta, DatasetWriter
from small_datasets import ARRAYS

folder = Path(sys.argv[1])
with DatasetWriter.create(folder.parent / "before", DatasetMeta(name="test", arrays=ARRAYS)) as writer:
    write(writer, [episode(3)])  # imports everything, while that is allowed
if os.getuid() == 0:
    os.setuid(65534)  # nothing is refused to root
with DatasetWriter.create(folder, DatasetMeta(name="test", arrays=ARRAYS)) as writer:
    write(writer, [episode(3)])
    writer.flush()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    write(writer, [episode(4)], first=1)
    writer.flush()
"""


def test_permission_taken_away_is_told_and_costs_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "open" / "D"
    folder.parent.mkdir()
    for above in (tmp_path, *tmp_path.parents):
        if above.stat().st_mode & 0o055 == 0:  # pytest's folders are their owner's alone
            above.chmod(0o755)
    folder.parent.chmod(0o777)
    support = {"PYTHONPATH": str(Path(__file__).parents[1] / "support")}
    command = [sys.executable, "-c", REFUSED, str(folder)]
    told = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | support)
    assert "Permission denied; 1 committed episode in " in told.stderr
    dataset = Dataset(folder)
    assert dataset.episodes == 1
    assert_holds(dataset, 0, episode(3))


def test_a_disk_that_is_really_full(tmp_path: Path, meta: DatasetMeta) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if (
        os.name != "posix"
        or not shutil.which("mount")
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("mounting a small file system is not allowed here")
    try:
        with pytest.raises(DatasetError, match="No space left on device") as caught:  # noqa: SIM117
            with DatasetWriter.create(disk / "D", meta) as writer:
                for number in range(10_000):
                    write(writer, [episode(number)], first=number)
                    if number % 10 == 9:
                        writer.flush()
        dataset = Dataset(disk / "D")
        assert dataset.episodes >= 10
        assert f"; {dataset.episodes} committed episodes in " in str(caught.value)
        for number in range(dataset.episodes):
            assert_holds(dataset, number, episode(number))
        assert not list(audit(dataset))
    finally:
        subprocess.run(["umount", str(disk)], check=False)


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
