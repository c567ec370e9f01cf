"""The command line of rl-zoo3, which knows nothing of us, trains and scores on our ids: see tests/foreign/README.md."""

import os
import subprocess
from pathlib import Path

import foreign
import pytest

ENV = "FactoryTwin/PointNav-v0"
SETTINGS = f"""\
{ENV}:
  n_envs: 2
  n_timesteps: 64
  policy: MultiInputPolicy
  n_steps: 16
  batch_size: 32
  n_epochs: 1
"""


def zoo(command: str, layout: str, folder: Path, *flags: str) -> str:
    told = subprocess.run(
        [
            *(foreign.python("rlzoo"), "-m", f"rl_zoo3.{command}", "--algo", "ppo", "--env", ENV),
            *("--gym-packages", "envs", "--env-kwargs", f"layout:'{layout}'", *flags),
        ],
        env={**os.environ, **foreign.QUIET, "PYTHONPATH": str(foreign.ROOT), "HOME": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


@pytest.mark.slow
def test_its_command_line_trains_and_scores(layout: str, tmp_path: Path):
    (tmp_path / "ppo.yml").write_text(SETTINGS)
    training = ("--conf-file", "ppo.yml", "--log-folder", "logs", "--seed", "1", "--eval-freq", "-1")
    assert "Saving to logs" in zoo("train", layout, tmp_path, *training)
    assert list((tmp_path / "logs" / "ppo").glob("FactoryTwin-PointNav-v0_1/*.zip"))
    told = zoo("enjoy", layout, tmp_path, "--folder", "logs", "--n-timesteps", "700", "--no-render")
    assert "Mean reward" in told or "Episode Reward" in told
