"""Kills at random moments, bits flipped at random places: what was committed is there, and what is wrong is found.

``make torture`` does ten times as much.
"""

import os
import random
import shutil
from math import inf
from pathlib import Path

import pytest
from small_datasets import assert_holds, write
from writing_for_ever import episode, killer

from training.dataset import Dataset, DatasetMeta, DatasetWriter
from training.dataset.audit import audit
from training.dataset.part_writer import COMMITTING
from twin.errors import DatasetError

TIMES = int(os.environ.get("TWIN_TORTURE", "1"))
KILLS, FLIPS = 50 * TIMES, 100 * TIMES


def assert_whole(dataset: Dataset, since: int = 0) -> None:
    """Every episode that can be seen is complete, and none is missing before it."""
    assert dataset.numbers.tolist() == list(range(dataset.episodes))
    for number in range(since, dataset.episodes):
        assert_holds(dataset, number, episode(number))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_recorder_killed_at_random_moments(tmp_path: Path, meta: DatasetMeta) -> None:
    path, moments, ends, longest = tmp_path / "D", random.Random(0), [0], 0.15
    DatasetWriter.create(path, meta).close()
    with killer(path) as it:
        for k in range(KILLS):
            it.kill_after(moments.uniform(0.0, longest), committing=inf if k % 5 else COMMITTING)
            dataset = Dataset(path)
            assert dataset.episodes >= ends[-1]
            assert_whole(dataset, since=ends[-1])
            longest *= 1.3 if dataset.episodes == ends[-1] else 0.9  # a busy machine takes longer to begin
            ends.append(dataset.episodes)
    assert len(set(ends)) > KILLS // 4  # most of them came while episodes were being written
    DatasetWriter.resume(path).close()
    dataset = Dataset(path)
    assert_whole(dataset)
    assert not list(audit(dataset))
    assert not list(path.rglob("*.partial"))


def test_any_flipped_bit_is_reported_with_part_array_and_frame(small: Path, tmp_path: Path, meta: DatasetMeta) -> None:
    with DatasetWriter.resume(small, part=1) as writer:
        write(writer, [episode(n) for n in range(6, 9)], first=6)
    pick = random.Random(1)
    files = sorted(
        p.relative_to(small) for p in small.rglob("*") if p.is_file() and "data" in p.parts and "c" in p.parts
    )
    assert any(file.parts[0] == "parts" for file in files)
    path = Path(shutil.copytree(small, tmp_path / "copy"))
    for _ in range(FLIPS):
        file = path / pick.choice(files)
        whole = file.read_bytes()
        data = bytearray(whole)
        data[pick.randrange(len(data))] ^= 1 << pick.randrange(8)
        file.write_bytes(data)
        array = file.relative_to(path).as_posix().partition("/c/")[0]
        found = list(audit(Dataset(path)))
        assert found, file
        assert {problem.where for problem in found if problem.check == "readable"} == {array}
        assert all(problem.frame >= 0 and problem.episode >= 0 for problem in found if problem.check == "readable")
        assert all(problem.check == "readable" for problem in found)
        file.write_bytes(whole)
    assert not list(audit(Dataset(path)))


def test_a_flipped_bit_in_what_describes_the_episodes_is_never_taken_for_content(small: Path, tmp_path: Path) -> None:
    pick = random.Random(2)
    whole = Dataset(small)
    records = [record.model_dump() for record in whole.records()]
    files = sorted((small / "meta").rglob("c/*"))
    for _ in range(FLIPS):
        file = pick.choice(files)
        before = file.read_bytes()
        data = bytearray(before)
        data[pick.randrange(len(data))] ^= 1 << pick.randrange(8)
        file.write_bytes(data)
        try:
            dataset = Dataset(small)
            seen = [record.model_dump() for record in dataset.records()]
        except DatasetError as error:
            assert "damaged" in str(error)
        else:
            assert seen == records
        file.write_bytes(before)
