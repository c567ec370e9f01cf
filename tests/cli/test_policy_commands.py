"""``twin train`` and ``twin eval``, one after another as a user types them."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Twin = Callable[..., subprocess.CompletedProcess[str]]


SCORE = ("--layout", "small_warehouse", "--episodes", "1", "--seed", "7", "--workers", "1")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the shortest training run: one rollout, one update."""
    folder = tmp_path_factory.mktemp("training")
    flags = ["--layout", "small_warehouse", "--preset", "smoke", "--steps", "256", "--out", "run"]
    command = [sys.executable, "-m", "training.cli", "train", *flags]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout == "policy: run/policy.safetensors\n"
    return folder / "run"


def test_the_resolved_configuration_stands_beside_the_policy(run: Path) -> None:
    config = json.loads((run / "config.json").read_text())
    assert config["steps"] == 256
    assert config["env_options"]["layout"] == "small_warehouse"
    assert config["settings"]["gamma"] < 1


def test_going_on_with_a_spent_budget_says_so(run: Path, twin: Twin, tmp_path: Path) -> None:
    shutil.copytree(run, tmp_path / "spent")
    result = twin("train", "--resume", "--out", "spent")
    assert result.stdout == (
        "nothing was left to do: the run's budget is used; give another one with --steps or --minutes\n"
        "policy: spent/policy.safetensors\n"
    )


def test_scores_are_the_same_every_time(run: Path, twin: Twin, twin_process: Twin, tmp_path: Path) -> None:
    for command, name in ((twin, "first.json"), (twin_process, "second.json")):  # sets have another order there
        result = command("eval", run, *SCORE, "--json", name)
        assert result.returncode == 0, result.stderr
    scores = json.loads((tmp_path / "first.json").read_text())
    assert {"success", "spl", "soft_spl", "collisions", "episodes"} <= scores.keys()
    assert scores["episodes"] == 1
    assert [episode["seed"] for episode in scores["per_episode"]] == [7]
    assert (tmp_path / "first.json").read_text() == (tmp_path / "second.json").read_text()


def test_a_doctored_policy_is_refused(run: Path, twin: Twin, tmp_path: Path) -> None:
    shutil.copytree(run, tmp_path / "doctored")
    (tmp_path / "doctored" / "policy.safetensors").write_bytes(b"\x80\x04cposix\nsystem\n")
    result = twin("eval", "doctored", *SCORE)
    assert result.returncode == 2
    assert "policy.safetensors" in result.stderr
    assert "Traceback" not in result.stderr


def test_who_drives_otherwise_than_it_was_trained_is_told_once(twin: Twin) -> None:
    result = twin("eval", "route_nav", "--env", "FactoryTwin/PointNav-v0", *SCORE)
    assert result.returncode == 0, result.stderr
    assert "route_nav was trained on FactoryTwin/RouteNav-v0 and drives FactoryTwin/PointNav-v0 now\n" in result.stderr
    assert result.stderr.count("without it now: see --shield") == 1
    assert "was trained" not in twin("eval", "route_nav", "--shield", *SCORE).stderr
