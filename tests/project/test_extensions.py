"""What somebody adds from outside, in a folder that ``TWIN_EXTENSIONS`` names, is found as ours is."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from training.dataset.schema import DatasetMeta
from training.evaluation.cases import Case, Evaluation
from twin import __version__

ROOT = Path(__file__).parents[2]
CALM = """
from dataclasses import replace

import numpy as np

from envs.rewards import term
from envs.tasks.base import Task


@term
def hurry(state):
    return np.abs(state.twist[..., 0])


TASK = Task("CalmNav", "Go slowly.", ("lidar", "goal"), {"hurry": -1.0}, expert="calm", max_episode_steps=20)
"""
STANDS = """
import numpy as np


class Stands:
    def __init__(self, env, seed=0, *, teaches=False):
        self._action = np.zeros(env.action_space.shape, np.float32)

    def reset(self, seed):
        pass

    def act(self, observation):
        return self._action


{name} = Stands
"""
COPIED = {  # a file of each folder whose cases say what they are called, and how they are looked up
    "twin/labels/occlusion.py": "LABELS",
    "factories/equipment/pillar.py": "kinds()",
    "twin/randomizers/payload.py": "randomizers()",
    "factories/randomizers/variants.py": "randomizers()",
    "envs/scenarios/cases/spill.py": "cases()",
    "envs/tasks/route_nav.py": "tasks()",
    "training/policies/algorithms/sac.py": "algorithms()",
    "training/policies/networks/sac.py": "networks()",
}


def extended(folder: Path, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Python, told of a folder of extensions."""
    variables = {**os.environ, "TWIN_EXTENSIONS": str(folder)}
    return subprocess.run(
        [sys.executable, *arguments], env=variables, cwd=cwd, capture_output=True, text=True, check=False
    )


def twin(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return extended(folder, "-c", "import sys; from training.cli import main; sys.exit(main(sys.argv[1:]))", *arguments)


def put(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mine")
    put(folder, "envs/tasks/calm_nav.py", CALM)
    put(folder, "envs/experts/calm.py", STANDS.format(name="EXPERT"))
    put(folder, "envs/agents/statue.py", STANDS.format(name="AGENT"))
    return folder


def test_its_task_expert_agent_and_reward_are_evaluated_in_worker_processes(mine: Path, tmp_path: Path) -> None:
    layout = put(tmp_path, "layout.yaml", "name: l\nsize: [8, 8]\n")
    flags = ("--env", "FactoryTwin/CalmNav-v0", "--layout", str(layout), "--episodes", "2", "--workers", "2")
    told = twin(mine, "eval", "statue", "expert", *flags, "--out", str(tmp_path / "scores"))
    assert told.returncode == 0, told.stderr
    scores = json.loads((tmp_path / "scores" / "statue.json").read_text())
    assert " with envs/agents/statue.py " in scores["measured_on"]["factory-twin"]
    assert "statue: 2 episodes, FactoryTwin/CalmNav-v0" in told.stdout
    assert "statue" in twin(mine, "eval", "--help").stdout


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('("lidar",), {"progres": 1.0}', "unknown reward term 'progres'; did you mean 'progress'?"),
        ('("lider",), {}', "unknown observation 'lider'; did you mean 'lidar'?"),
        ('("lidar",), {}, expert="rute"', "unknown expert 'rute'; did you mean 'route'?"),
    ],
)
def test_a_wrong_name_in_a_task_is_told_with_its_file(written: str, message: str, tmp_path: Path) -> None:
    text = f"from envs.tasks.base import Task\nTASK = Task('OddNav', 'Go.', {written})\n"
    file = put(tmp_path, "envs/tasks/odd_nav.py", text)
    told = twin(tmp_path, "eval", "zero", "--env", "FactoryTwin/OddNav-v0", "--episodes", "1", "--workers", "1")
    assert told.returncode == 2
    assert told.stderr.startswith(f"error: {file}: {message}")


def test_what_is_made_with_it_says_so_and_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert DatasetMeta(name="d", arrays=()).generator == f"factory-twin {__version__}"
    evaluation = Evaluation("expert", "FactoryTwin/RouteNav-v0", (Case(1),))
    monkeypatch.setenv("TWIN_EXTENSIONS", str(tmp_path))
    file = put(tmp_path, "envs/agents/statue.py", STANDS.format(name="AGENT"))
    made, asked = DatasetMeta(name="d", arrays=()).generator, evaluation.identity()
    assert re.fullmatch(rf"factory-twin {__version__} with envs/agents/statue\.py [0-9a-f]{{12}}", made)
    file.write_text(file.read_text() + "\n# edited\n")
    assert DatasetMeta(name="d", arrays=()).generator != made
    assert evaluation.identity() != asked


@pytest.mark.parametrize("context", ["fork", "spawn"])
def test_its_task_is_made_in_vector_environments(context: str, mine: Path, tmp_path: Path) -> None:
    layout = put(tmp_path, "layout.yaml", "name: l\nsize: [8, 8]\n")
    script = f"""
import gymnasium

if __name__ == "__main__":
    for mode, options in (("async", {{"context": "{context}"}}), ("vector_entry_point", None)):
        env = gymnasium.make_vec("FactoryTwin/CalmNav-v0", 2, mode, vector_kwargs=options, layout="{layout}")
        env.reset(seed=0)
        env.step(env.action_space.sample())
        env.close()
    print("made")
"""
    told = extended(mine, str(put(tmp_path, "script.py", "import envs\n" + script)))
    assert told.stdout == "made\n", told.stderr


@pytest.mark.parametrize("file", COPIED)
def test_a_copy_that_kept_its_name_replaces_nothing(file: str, tmp_path: Path) -> None:
    copy = tmp_path / Path(file).with_name("zz_copied.py")
    copy.parent.mkdir(parents=True)
    shutil.copy(ROOT / file, copy)
    package = Path(file).parent.as_posix().replace("/", ".")
    told = extended(tmp_path, "-c", f"import {package}; {package}.{COPIED[file]}").stderr.splitlines()[-1]
    own = rf"twin\.errors\.InputError: {copy}: \S*/{file} has an? .* already; give this one its own name"
    assert re.fullmatch(own, told), told


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("env/tasks/calm_nav.py", "unknown folder 'env/tasks'; did you mean 'envs/tasks'?"),
        ("envs/tasks/dock.py", "there is a file 'envs/tasks/dock.py' already; give this one its own name"),
    ],
)
def test_a_file_that_nothing_would_look_for_is_named(file: str, problem: str, tmp_path: Path) -> None:
    put(tmp_path, file, "")
    told = twin(tmp_path, "layouts")
    assert told.returncode == 2
    assert told.stderr.startswith(f"error: TWIN_EXTENSIONS: {tmp_path / file}: {problem}")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = twin(tmp_path / "nowhere", "layouts")
    assert (told.returncode, told.stderr) == (2, f"error: TWIN_EXTENSIONS: there is no folder '{tmp_path}/nowhere'\n")
