"""A policy as ONNX acts as it does in torch, also where there is no torch."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gymnasium import spaces

from training.policies import onnx_file
from training.policies.networks import network
from training.policies.onnx_file import TOLERANCE, export
from training.policies.policy_file import load_policy, save_policy
from twin.errors import InputError, TwinError

ROOT = Path(__file__).parents[2]
WITHOUT = """
import importlib.util, json, sys
import numpy as np
for name in ("torch", "gymnasium", "stable_baselines3", "training", "envs", "twin"):
    sys.modules[name] = None
spec = importlib.util.spec_from_file_location("runner", sys.argv[1])
runner = importlib.util.module_from_spec(spec)
spec.loader.exec_module(runner)
policy = runner.Policy(sys.argv[2])
seen = np.load(sys.argv[3])
rows = len(next(iter(seen.values())))
actions = [policy.act({name: seen[name][k] for name in seen.files}).tolist() for k in range(rows)]
policy.reset()
again = policy.act({name: seen[name][0] for name in seen.files}).tolist()
print(json.dumps([actions, again, policy.about["env"]]))
"""


def seeing_policy(path: Path) -> Any:
    """A policy with a camera, whose images torch sees turned around."""
    torch.manual_seed(0)
    seen = spaces.Dict(
        {"rgb": spaces.Box(0, 255, (3, 16, 16), np.uint8), "goal": spaces.Box(-1.0, 1.0, (3,), np.float32)}
    )
    shape = {"net_arch": [8], "activation": "tanh", "features": {"name": "navigation", "sharpness": 6.0}}
    policy = network("actor_critic").build(seen, spaces.Box(-1.0, 1.0, (2,), np.float32), shape)
    policy.action_net.weight.data *= 300  # some actions are cut off at their bounds
    save_policy(path, policy, "actor_critic", {"env": "Any/Thing-v0", "algo": "ppo"})
    return policy


@pytest.mark.parametrize("algo", ["recurrent_ppo", "sac"])
def test_a_robot_without_torch_drives_the_same(algo: str, configured: Any, trained: Any, tmp_path: Path):
    run, file = trained(configured(algo, steps=128)), tmp_path / "policy.onnx"
    assert export(run.policy, file) < TOLERANCE
    policy, _ = load_policy(run.policy)
    policy.observation_space.seed(1)
    rows = [policy.observation_space.sample() for _ in range(5)]
    np.savez(tmp_path / "seen.npz", **{name: np.stack([row[name] for row in rows]) for name in rows[0]})
    command = [sys.executable, "-c", WITHOUT, ROOT / "examples" / "run_policy_onnx.py", file, tmp_path / "seen.npz"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    actions, again, env = json.loads(told.stdout)
    state, expected = None, []
    for row in rows:
        action, state = policy.predict(row, state, deterministic=True)
        expected.append(action)
    np.testing.assert_allclose(actions, expected, atol=1e-5)
    np.testing.assert_allclose(again, expected[0], atol=1e-5)
    assert env == "FactoryTwin/PointNav-v0"


def test_images_are_given_as_the_camera_gives_them_and_actions_stay_within_bounds(tmp_path: Path):
    import onnxruntime

    policy = seeing_policy(tmp_path / "policy")
    assert export(tmp_path / "policy", tmp_path / "policy.onnx") < TOLERANCE
    session = onnxruntime.InferenceSession(tmp_path / "policy.onnx")
    assert {i.name: i.shape for i in session.get_inputs()} == {"goal": [1, 3], "rgb": [1, 16, 16, 3]}
    rng, cut = np.random.default_rng(0), 0
    for _ in range(20):
        seen = {"rgb": rng.integers(0, 256, (16, 16, 3), np.uint8), "goal": rng.uniform(-1, 1, 3).astype(np.float32)}
        found = session.run(None, {name: value[None] for name, value in seen.items()})[0][0]
        np.testing.assert_allclose(found, policy.predict(seen, deterministic=True)[0], atol=1e-5)
        cut += int(np.abs(found).max() == 1.0)
    assert cut > 0


def test_a_file_that_acts_otherwise_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    seeing_policy(tmp_path / "policy")
    monkeypatch.setattr(onnx_file, "difference", lambda *_: float("nan"))
    monkeypatch.setattr(onnx_file, "_converted", lambda *_: __import__("onnx").ModelProto())
    with pytest.raises(TwinError, match="as ONNX its actions differ by nan, more than 1e-04"):
        export(tmp_path / "policy", tmp_path / "policy.onnx")
    assert not (tmp_path / "policy.onnx").exists()


def test_what_is_no_policy_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="no such file"):
        export(tmp_path / "gone", tmp_path / "policy.onnx")
