"""``twin collect --workers``: the same content for any number of them, whoever is stopped or dies."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from training.collection import Collection, collect
from training.dataset import Dataset
from training.dataset.audit import audit
from twin.errors import DatasetError

EPISODES = 8
FLAGS = (
    "--agent",
    "straight",
    "--size",
    "32x24",
    "--every",
    "5",
    "--seed",
    "4",
    "--quality",
    "fast",
    "--episodes",
    str(EPISODES),
)


def collection(out: Path) -> Collection:
    """What the command with ``FLAGS`` records."""
    options = {
        "layout": "small_warehouse",
        "robot": "amr",
        "engine": "mujoco",
        "camera_size": (32, 24),
        "quality": "fast",
    }
    return Collection(out, "straight", "FactoryTwin/RouteNav-v0", options, EPISODES, seed=4, every=5)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """What one process records."""
    return collect(collection(tmp_path_factory.mktemp("alone") / "D.zarr"))


def start(out: Path, *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "training.cli", "collect", *FLAGS, "--out", str(out), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def finish(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def wait_until(process: "subprocess.Popen[str]", true: Callable[[], bool]) -> None:
    for _ in range(1200):
        if true():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("nothing in a minute")


def episodes(out: Path) -> int:
    try:
        return Dataset(out).episodes
    except DatasetError:
        return 0


def assert_same(out: Path, alone: Dataset) -> None:
    dataset = Dataset(out)
    assert dataset.numbers.tolist() == list(range(EPISODES))
    assert dataset.digest() == alone.digest()
    assert "cameras/robot_camera/rgb" in dataset.episode(0)


def test_ctrl_c_on_two_workers_and_going_on_with_four(tmp_path: Path, alone: Dataset) -> None:
    out = tmp_path / "D.zarr"
    process = start(out, "--workers", "2")
    wait_until(process, lambda: episodes(out) >= 1)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    code, _, error = finish(process)
    assert code == 130
    assert error.splitlines()[-1].startswith(f"interrupted: the episodes that ended are in {out}; ")
    assert "Traceback" not in error
    before = episodes(out)
    assert 1 <= before < EPISODES
    assert not list(audit(Dataset(out)))
    ended: list[object] = []
    collect(collection(out), resume=True, workers=4, done=ended.append)
    assert len(ended) == EPISODES - before
    assert_same(out, alone)
    assert len(Dataset(out).parts) == max(2, min(4, EPISODES - before))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux to find the workers")
def test_a_worker_that_dies_is_told_in_a_line_and_costs_nothing(tmp_path: Path, alone: Dataset) -> None:
    out = tmp_path / "D.zarr"
    process = start(out, "--workers", "2")
    wait_until(process, lambda: episodes(out) >= 1)
    victim = workers(process.pid)[0]
    os.kill(victim, signal.SIGKILL)
    code, _, error = finish(process)
    assert code == 2
    last = error.splitlines()[-1]
    assert " was killed by SIGKILL at " in last
    assert f" of {EPISODES} episodes are in {out}; the same command with --resume goes on" in last
    assert not list(audit(Dataset(out)))
    collect(collection(out), resume=True)
    assert_same(out, alone)


def workers(pid: int) -> list[int]:
    """Processes that a command shares its work among."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()]
