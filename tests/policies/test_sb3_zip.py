"""Zips of Stable-Baselines3 are opened only where somebody says so."""

import base64
import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stable_baselines3 import PPO

from envs.factory_env import FactoryEnv
from training import cli
from training.policies.agent import resolve
from training.policies.environments import make_vec
from training.policies.policy_file import load_policy
from training.policies.sb3_zip import convert
from twin.errors import InputError, UnknownNameError, UnsafeFileError

ENV = "FactoryTwin/PointNav-v0"


class Runs:
    """A pickle that makes a file when it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory, configured: Any) -> Path:
    """What a plain script saves."""
    env = make_vec(configured())
    model = PPO(
        "MultiInputPolicy", env, n_steps=8, batch_size=32, policy_kwargs={"net_arch": [8]}, device="cpu", seed=0
    )
    path = tmp_path_factory.mktemp("plain") / "model.zip"
    model.save(path)
    env.close()
    return path


def test_it_is_refused_and_not_opened(tmp_path: Path):
    harmful, mark = tmp_path / "harmful.zip", tmp_path / "it_ran"
    with zipfile.ZipFile(harmful, "w") as file:
        code = base64.b64encode(pickle.dumps(Runs(mark))).decode()
        file.writestr("data", json.dumps({"policy_class": {":type:": "x", ":serialized:": code}}))
    with pytest.raises(
        UnsafeFileError, match="runs whatever code its maker put in; where you trust them, give --trust-pickle"
    ):
        convert(harmful, tmp_path / "out", algo="ppo", env=ENV)
    assert not mark.exists()
    with pytest.raises(InputError, match=r"harmful\.zip: not a policy of ppo"):
        convert(harmful, tmp_path / "out", algo="ppo", env=ENV, trust_pickle=True)
    assert mark.exists()  # that is why
    assert not (tmp_path / "out").exists()


def test_agents_are_not_made_of_zips(layout: str):
    env = FactoryEnv("PointNav", layout=layout)
    with pytest.raises(
        InputError, match=r"model\.zip: .* is a pickle, .* twin import-policy model\.zip --trust-pickle"
    ):
        resolve("model.zip", env)
    env.close()


def test_a_trusted_one_becomes_a_safe_file(zipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "policy.safetensors"
    assert cli.main(["import-policy", str(zipped), "--out", str(out), "--env", ENV]) == 2
    assert capsys.readouterr().err.startswith(f"error: {zipped}: a zip of Stable-Baselines3 holds pickles")
    assert cli.main(["import-policy", str(zipped), "--out", str(out), "--env", ENV, "--trust-pickle"]) == 0
    policy, facts = load_policy(out)
    theirs = PPO.load(zipped, device="cpu").policy
    seen = policy.observation_space.sample()
    np.testing.assert_array_equal(
        policy.predict(seen, deterministic=True)[0], theirs.predict(seen, deterministic=True)[0]
    )
    assert facts["lineage"]["from"]["format"] == "zip of Stable-Baselines3"
    assert facts["network"]["features"] == {"name": "combined"}
    assert [p.name for p in tmp_path.iterdir()] == ["policy.safetensors"]


def test_what_is_none_is_refused(zipped: Path, tmp_path: Path):
    with pytest.raises(UnknownNameError, match="unknown algorithm 'pppo'; did you mean 'ppo'"):
        convert(zipped, tmp_path / "out", algo="pppo", env=ENV)
    with pytest.raises(InputError, match=r"gone\.zip: no such file"):
        convert(tmp_path / "gone.zip", tmp_path / "out", algo="ppo", env=ENV)
    with pytest.raises(InputError, match=r"model\.zip: not a policy of sac"):
        convert(zipped, tmp_path / "out", algo="sac", env=ENV, trust_pickle=True)
