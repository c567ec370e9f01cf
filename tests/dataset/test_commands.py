"""The commands on a real environment: collect, stop, go on, look, check."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.cli import main
from training.dataset import Dataset, DatasetWriter

COLLECT = ("collect", "--agent", "straight", "--size", "32x24", "--every", "5", "--seed", "4")


def twin(capsys: pytest.CaptureFixture[str], *arguments: Any) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_collect_go_on_and_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "D.zarr"
    code, text, _ = twin(capsys, *COLLECT, "--episodes", 1, "--out", out, "--licence", "CC-BY-4.0")
    assert code == 0
    assert f"{out}: 1 episodes, " in text
    code, _, error = twin(capsys, *COLLECT, "--episodes", 2, "--out", out)
    assert (code, error.splitlines()[-1]) == (
        2,
        f"error: {out} is a dataset already; go on with it (--resume) or choose another name",
    )
    assert twin(capsys, *COLLECT, "--episodes", 2, "--out", out, "--resume")[0] == 0
    whole = tmp_path / "whole.zarr"
    assert twin(capsys, *COLLECT, "--episodes", 2, "--out", whole, "--resume", "--compression", "small")[0] == 0
    assert Dataset(out).digest() == Dataset(whole).digest()

    code, text, _ = twin(capsys, "info", out, "--json")
    found = json.loads(text)
    assert code == 0
    assert (found["episodes"], found["frames"], found["licence"]) == (2, len(Dataset(out)), "CC-BY-4.0")
    assert found["digest"] == Dataset(out).digest()
    assert found["arrays"]["cameras/robot_camera/rgb"]["shape"] == [found["frames"], 24, 32, 3]
    assert found["arrays"]["cameras/robot_camera/rgb"]["dtype"] == "uint8"
    assert found["bytes"] > sum(array["bytes"] for array in found["arrays"].values()) > 0
    assert sum(found["splits"].values()) == 2
    arrived = [record.outcome["is_success"] for record in Dataset(out).records()]
    assert found["outcomes"]["is_success"] == np.mean(arrived)
    ids = [Dataset(out).episode(k)["cameras/robot_camera/instance_segmentation"] for k in (0, 1)]
    assert sum(found["classes"].values()) == sum(len(np.unique(i[i > 0])) for episode in ids for i in episode)
    code, text, _ = twin(capsys, "info", out)
    assert "cameras/robot_camera/depth" in text
    assert "in 1 part; compression quick" in text
    assert "in 1 part; compression small" in twin(capsys, "info", whole)[1]

    code, text, _ = twin(capsys, "check", out)
    assert (code, text) == (0, f"{out}: 2 episodes, {found['frames']} frames: no problems\n")


def test_check_shows_what_is_wrong(damaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (damaged / "data/time/c/0").write_bytes((damaged / "data/reward/c/0").read_bytes())
    code, text, _ = twin(capsys, "check", damaged)
    assert code == 1
    assert "digest: episode 0, record: the frames are not those that were committed" in text


def test_poses_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "D.zarr"
    assert twin(capsys, *COLLECT, "--episodes", 1, "--no-images", "--out", out)[0] == 0
    dataset = Dataset(out)
    assert not dataset.cameras
    assert dataset.episode(0)["poses"].shape[1:] == (len(dataset.scene(0).bodies), 7)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--size", "big"), "--size big: should be WIDTHxHEIGHT in pixels, such as 128x128"),
        (("--episodes", "0"), "--episodes 0: should be at least 1"),
        (("--every", "0"), "--every 0: should be at least 1"),
        (("--cameras", "kamera"), "unknown camera 'kamera'; did you mean 'robot/camera'?"),
        (("--agent", "exprt"), "unknown agent 'exprt'"),
        (("--compression", "smal"), "unknown compression 'smal'; did you mean 'small'?"),
        (("--layout", "small_warehaus"), "did you mean 'small_warehouse'?"),
    ],
)
def test_a_wrong_flag_is_named_and_leaves_nothing(
    flags: tuple[str, ...], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, error = twin(capsys, *COLLECT, "--out", tmp_path / "D.zarr", *flags)
    assert code == 2
    assert message in error
    assert not list(tmp_path.iterdir())


def test_a_folder_of_something_else_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    for command in (("info",), ("check",), ("export", "--out", tmp_path / "o")):
        code, _, error = twin(capsys, *command, tmp_path)
        assert (code, error) == (2, f"error: {tmp_path} is not a dataset: it has no zarr.json\n")


def test_ctrl_c_keeps_what_ended_and_says_how_to_go_on(tmp_path: Path) -> None:
    out = tmp_path / "D.zarr"
    command = [sys.executable, "-m", "training.cli", *COLLECT, "--episodes", "10000", "--out", str(out)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    wait_for_an_episode(out, process)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"interrupted: the episodes that ended are in {out}; the same command with --resume goes on" in error
    dataset = Dataset(out)
    assert dataset.episodes >= 1
    assert dataset.numbers.tolist() == list(range(dataset.episodes))
    DatasetWriter.resume(out).close()


def wait_for_an_episode(out: Path, process: "subprocess.Popen[str]") -> None:
    import time

    for _ in range(600):
        if process.poll() is not None:
            raise AssertionError(process.communicate()[1])
        if (out / "meta/episode_ends/zarr.json").exists() and Dataset(out).episodes:
            return
        time.sleep(0.1)
    raise AssertionError("no episode in a minute")
