"""Every example runs, and so does the benchmark of the environments."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARGUMENTS = {
    "drive_expert": (["--steps", "6"], "drive.gif"),
    "scenario_sheet": (["--rows", "1", "--columns", "2"], "sheet.jpg"),
    "sweep_camera": (["--frames", "4", "--size", "64", "48"], "sweep.zarr"),
    "train_with_sb3": (["--steps", "256", "--envs", "2"], "ppo_route_nav.zip"),
}
"""Few enough for a test, and the file that each leaves."""


def run(script: Path, arguments: list[str], folder: Path) -> str:
    told = subprocess.run([sys.executable, script, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_every_example_is_run_here():
    elsewhere = {"run_policy_onnx"}  # tests/policies/test_onnx.py
    assert {path.stem for path in (ROOT / "examples").glob("*.py")} == ARGUMENTS.keys() | elsewhere


@pytest.mark.parametrize("name", ARGUMENTS)
def test_an_example_runs(name: str, tmp_path: Path):
    arguments, leaves = ARGUMENTS[name]
    told = run(ROOT / "examples" / f"{name}.py", arguments, tmp_path)
    assert leaves in told
    assert [path.name for path in tmp_path.iterdir()] == [leaves]


def test_the_benchmark_prints_rates_and_ratios(tmp_path: Path):
    told = run(ROOT / "benchmarks" / "env.py", ["--json", "--seconds", "0.3", "--makes", "1"], tmp_path)
    results = json.loads(told)["results"]
    assert [r["engine"] for r in results] == ["mujoco", "pybullet"]
    for result in results:
        assert 0.0 < result["share_of_time_in_engine"] < 1.5
        assert result["env_steps_per_s"] > 0.0
        assert result["make_s"] > 0.0
