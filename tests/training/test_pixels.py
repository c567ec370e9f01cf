"""Policies that see."""

import json
from pathlib import Path

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium import spaces
from small_layouts import EMPTY, SMALL, written

import envs
from training import cli
from training.policies import tensors
from training.policies.agent import PolicyAgent
from training.policies.features import IMAGE_FEATURES, NavigationFeatures

assert envs.__name__  # importing it registers the environments


def image(*shape: int, high: float = 255, dtype: type = np.uint8) -> spaces.Box:
    return spaces.Box(dtype(0), dtype(high), shape, dtype)


def test_images_of_one_size_are_channels_of_one_and_others_get_a_network_each():
    space = spaces.Dict(
        {
            "rgb": image(3, 48, 64),  # as Stable-Baselines3 turns it
            "depth": image(48, 64, 1, high=20.0, dtype=np.float32),
            "small": image(1, 40, 40),
            "goal": spaces.Box(-1.0, 1.0, (3,), np.float32),
        }
    )
    features = NavigationFeatures(space)
    assert features.features_dim == 2 * IMAGE_FEATURES + 3
    assert sorted(network[0][0].in_channels for network in features.networks) == [1, 4]
    made = features({name: torch.as_tensor(np.stack([part.sample()] * 5)) for name, part in space.spaces.items()})
    assert made.shape == (5, features.features_dim)


def test_metres_are_scaled_by_their_bound():
    space = spaces.Dict({"depth": image(40, 40, 1, high=20.0, dtype=np.float32)})
    features, seen = NavigationFeatures(space), []
    features.networks[0].register_forward_hook(lambda _, given, __: seen.append(given[0]))
    features({"depth": torch.full((1, 40, 40, 1), 5.0)})
    assert torch.allclose(seen[0], torch.full((1, 1, 40, 40), 0.25))


def test_tensors_that_are_one_are_stored_once_and_read_as_often_as_they_were(tmp_path: Path):
    one, other = torch.arange(1000.0), torch.arange(1000.0)
    tensors.save(tmp_path / "a", {"x": one, "y": one, "z": other, "turned": one.reshape(10, 100).T}, {"k": 1})
    found, facts = tensors.load(tmp_path / "a")
    assert facts == {"k": 1}
    assert {name: tuple(t.shape) for name, t in found.items()} == {
        "x": (1000,), "y": (1000,), "z": (1000,), "turned": (100, 10),
    }  # fmt: skip
    assert all(torch.equal(found[name], one) for name in ("x", "y", "z"))
    assert (tmp_path / "a").stat().st_size < 3.5 * 4000


@pytest.mark.slow
def test_a_policy_learns_from_pixels_and_drives_by_them(tmp_path: Path):
    layout = written(SMALL, tmp_path)
    out = tmp_path / "run"
    flags = ["--env", "FactoryTwin/VisualNav-v0", "--layout", layout]
    assert cli.main(["train", *flags, "--preset", "smoke", "--steps", "1000", "--out", str(out)]) == 0
    assert json.loads((out / "learning_curve.json").read_text())[-1]["steps"] == 1024
    assert cli.main(["train", "--out", str(out), "--resume", "--steps", "2000"]) == 0
    env = gymnasium.make("FactoryTwin/VisualNav-v0", layout=layout)
    agent = PolicyAgent(env.unwrapped, out / "policy.safetensors")  # type: ignore[arg-type]
    observation, _ = env.reset(seed=1)
    action = agent.act(observation)
    assert env.action_space.contains(action)
    black = {**observation, "rgb": np.zeros_like(observation["rgb"])}
    assert not np.array_equal(agent.act(black), action)
    env.close()


def test_a_policy_learns_from_the_images_of_a_recorded_drive(tmp_path: Path):
    layout = written(EMPTY, tmp_path)
    flags = ["--env", "FactoryTwin/VisualNav-v0", "--layout", layout]
    drive, preset = str(tmp_path / "drive.zarr"), tmp_path / "all.yaml"
    assert cli.main(["collect", *flags, "--episodes", "1", "--out", drive]) == 0
    preset.write_text("settings:\n  bc: {splits: [train, val, test], net_arch: [8], batch_size: 16}\n")
    learn = ["train", *flags, "--algo", "bc", "--data", drive, "--preset", str(preset)]
    assert cli.main([*learn, "--steps", "2", "--out", str(tmp_path / "run")]) == 0
    assert (tmp_path / "run" / "policy.safetensors").exists()
