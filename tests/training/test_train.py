"""A training leaves a run's folder, goes on from it, and survives being stopped."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from training_runs import Silent

from training import run_folder
from training.cli import main
from training.policies import tensors
from training.policies.config import TrainConfig
from training.policies.policy_file import load_policy
from training.policies.run import Run
from training.policies.train import train
from twin.errors import InputError


def go_on(run: Run, **budget: Any) -> Run:
    more = run.with_budget(budget.get("minutes"), budget.get("steps"))
    bar: Any = Silent()
    train(more, bar)
    return more


def copy_of(run: Run, path: Path) -> Run:
    return Run.open(Path(shutil.copytree(run.path, path)))


def test_the_folder_holds_everything(run: Run, config: TrainConfig):
    names = {path.name for path in run.path.iterdir()}
    assert names == {
        "config.json",
        "policy.safetensors",
        "checkpoint.safetensors",
        "learning_curve.json",
        "tensorboard",
    }
    assert Run.open(run.path).config == config
    assert list((run.path / "tensorboard").rglob("events.out.tfevents.*"))
    curve = run.curve()
    assert [row["steps"] for row in curve] == sorted({row["steps"] for row in curve})
    assert 32 <= curve[-1]["steps"] <= 64
    assert {"steps", "seconds", "success", "reward", "length"} == curve[0].keys()


def test_training_changes_the_weights(run: Run):
    _, facts = tensors.load(run.checkpoint)
    parts, _ = tensors.load(run.checkpoint)
    steps = [float(t) for name, t in parts.items() if name.endswith("/step")]
    assert steps
    assert min(steps) >= 2  # epochs of the first rollout at least
    assert facts["steps"] == 64
    assert 0 < facts["seconds"] < 600


def test_policy_and_checkpoint_hold_the_same_weights(run: Run):
    policy, _ = load_policy(run.policy)
    parts, _ = tensors.load(run.checkpoint)
    for name, tensor in policy.state_dict().items():
        assert torch.equal(tensor, parts[f"policy/{name}"])


def test_the_same_seed_trains_the_same_policy(run: Run, config: TrainConfig, tmp_path: Path):
    again = Run.create(tmp_path / "again", config)
    bar: Any = Silent()
    train(again, bar, threads=2)
    first, second = (tensors.load(r.policy)[0] for r in (run, again))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_resuming_with_a_spent_budget_changes_nothing_but_the_time(run: Run, tmp_path: Path):
    """The optimiser's state too comes back from the file as it was."""
    before, _ = tensors.load(run.checkpoint)
    again = go_on(copy_of(run, tmp_path / "spent"))
    after, _ = tensors.load(again.checkpoint)
    assert before.keys() == after.keys()
    assert any(name.startswith("policy.optimizer/") for name in before)
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_resuming_goes_on(run: Run, tmp_path: Path):
    longer = go_on(copy_of(run, tmp_path / "longer"), steps=160)
    curve = longer.curve()
    assert curve[: len(run.curve())] == run.curve()
    assert [row["steps"] for row in curve] == sorted({row["steps"] for row in curve})
    assert curve[-1]["steps"] > 64
    _, before = tensors.load(run.checkpoint)
    parts, after = tensors.load(longer.checkpoint)
    assert after["steps"] >= 160
    assert after["seconds"] > before["seconds"]
    assert min(float(t) for name, t in parts.items() if name.endswith("/step")) > 4
    assert Run.open(longer.path).config.steps == 160


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_leaves_a_readable_policy_and_says_how_to_go_on(config: TrainConfig, tmp_path: Path):
    endless = config.model_copy(update={"steps": None, "minutes": 30.0})
    run = Run.create(tmp_path / "run", endless)
    command = [sys.executable, "-m", "training.cli", "train", "--out", "run", "--resume"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 120
    while not list((run.path / "tensorboard").rglob("events*")) and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(1.0)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all its processes
    told, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "go on with: twin train --out run --resume" in told
    assert "Traceback" not in errors
    load_policy(run.policy)
    _, facts = tensors.load(run.checkpoint)
    assert facts["steps"] > 0
    assert json.loads((run.path / "learning_curve.json").read_text())[-1]["steps"] <= facts["steps"]


# -- folders and settings ------------------------------------------------------------------------------------------


def test_a_checkpoint_cut_short_is_refused_and_left_as_it_is(run: Run, tmp_path: Path):
    cut = copy_of(run, tmp_path / "cut")
    data = run.checkpoint.read_bytes()[:-100]
    cut.checkpoint.write_bytes(data)
    with pytest.raises(InputError, match=r"checkpoint\.safetensors: not a policy of ours, or cut short"):
        go_on(cut, steps=160)
    assert cut.checkpoint.read_bytes() == data
    assert Run.open(cut.path).config == run.config
    tensors.save(cut.checkpoint, {"policy/a": torch.zeros(1)}, {"steps": 64})
    with pytest.raises(InputError, match="not a checkpoint of this version"):
        go_on(cut, steps=160)


def test_a_checkpoint_of_another_run_is_refused(run: Run, tmp_path: Path):
    other = copy_of(run, tmp_path / "other")
    weights, facts = tensors.load(run.checkpoint)
    tensors.save(other.checkpoint, {k: t for k, t in weights.items() if not k.startswith("policy/")}, facts)
    with pytest.raises(InputError, match=r"checkpoint\.safetensors: does not fit this run's ppo"):
        go_on(other, steps=160)
    tensors.save(other.checkpoint, weights, {**facts, "stage": "first"})
    with pytest.raises(InputError, match=r"checkpoint\.safetensors: does not fit this run's ppo"):
        go_on(other, steps=160)


@pytest.mark.parametrize("content", ["[", "{}", "[1]", '[{"steps": 1, "seconds": 1.0}]'])
def test_a_learning_curve_that_is_none_is_refused(content: str, run: Run, tmp_path: Path):
    broken = copy_of(run, tmp_path / "broken")
    (broken.path / "learning_curve.json").write_text(content)
    with pytest.raises(InputError, match=r"learning_curve\.json: is .*; remove it to go on"):
        broken.curve()
    with pytest.raises(InputError, match=r"learning_curve\.json"):
        broken.with_budget(None, 160)
    assert Run.open(broken.path).config == run.config


def test_a_folder_that_is_taken_is_refused(run: Run, config: TrainConfig, tmp_path: Path):
    with pytest.raises(InputError, match="exists already; choose another --out, or go on with --resume"):
        Run.create(run.path, config)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a file, not a folder"):
        Run.create(tmp_path / "file", config)


def test_two_trainings_do_not_share_a_folder(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    shared = copy_of(run, tmp_path / "shared")
    begun = tmp_path / "begun"
    with run_folder.alone(shared.path, new=False), run_folder.alone(begun, new=True):
        for flags in (["--resume", "--out", str(shared.path)], ["--layout", "narrow_aisles", "--out", str(begun)]):
            assert main(["train", *flags, "--steps", "160"]) == 2
            assert capsys.readouterr().err == f"error: {flags[-1]} is being written by another process\n"
    assert Run.open(shared.path).config == run.config
    assert list(begun.iterdir()) == []


def test_a_file_system_without_locks_keeps_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.EBADF, "as NFS says of folders")

    monkeypatch.setattr("fcntl.flock", refuse)
    with run_folder.alone(tmp_path, new=True):
        Run.create(tmp_path, TrainConfig(env="FactoryTwin/PointNav-v0", steps=1))


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match=r"is not a training run: it has no config\.json"):
        Run.open(tmp_path)
    (tmp_path / "config.json").write_text('{"env": "x", "sede": 1}')
    with pytest.raises(InputError, match="is not a valid configuration"):
        Run.open(tmp_path)
