"""Files that can be read and are no policies are refused in one line, wherever a policy is asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from training.policies import reference, source, tensors
from training.policies.policy_file import load_policy
from twin.errors import InputError

Facts = dict[str, Any]


def without_env(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    del facts["env"]


def no_dictionary(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    facts["network"] = "x"


def wide(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    facts["network"]["net_arch"] = [10**9]


def wider_than_any_number(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    facts["network"]["net_arch"] = [10**30]


def deep(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    facts["network"]["net_arch"] = [1] * 101


def remembering(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    facts["network"] |= {"kind": "recurrent", "lstm_hidden_size": 64, "n_lstm_layers": 10**9}


def nested(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    for _level in range(400):
        facts["observation_space"] = {"dict": {"one": facts["observation_space"]}}


def large(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    facts["observation_space"]["dict"]["lidar"]["shape"] = [2, 10**9]


def many(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    lidar = facts["observation_space"]["dict"]["lidar"]
    facts["observation_space"]["dict"] |= {str(k): {**lidar, "shape": [200, 1000]} for k in range(300)}


def negative(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    facts["observation_space"]["dict"]["lidar"]["shape"] = [-2, 90]


def sharp(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    facts["network"]["features"]["sharpness"] = "x"


def blunt(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    facts["network"]["features"]["sharpness"] = float("nan")


def turned_around(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    facts["observation_space"]["dict"]["lidar"]["bounds"] = ["1.0", "0.0"]


def listed(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    facts["observation_space"] = []


def no_number(_: Facts, weights: dict[str, torch.Tensor]) -> None:
    next(iter(weights.values())).view(-1)[0] = float("nan")


DOCTORS = [
    without_env,
    no_dictionary,
    wide,
    wider_than_any_number,
    deep,
    remembering,
    nested,
    large,
    many,
    negative,
    sharp,
    blunt,
    turned_around,
    listed,
    no_number,
]


@pytest.mark.parametrize("doctor", DOCTORS)
@pytest.mark.parametrize("opened", [load_policy, source.describe])
def test_each_is_refused(
    doctor: Callable[[Facts, dict[str, torch.Tensor]], None], opened: Callable[[Path], Any], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="not a policy of ours") as raised:
        opened(doctored(doctor, tmp_path))
    assert len(str(raised.value)) < 300 + len(str(tmp_path))


CONVOLVED = {"features": {"name": "combined", "cnn_output_dim": 4096}}
"""Of an image as a fourth observation."""


@pytest.mark.parametrize(
    "network",
    [
        {"net_arch": [4096, 4096]},
        {"net_arch": {"pi": [256, 128], "vf": [4096]}},
        {"kind": "recurrent", "lstm_hidden_size": 1024, "n_lstm_layers": 2},
        {"kind": "recurrent", "lstm_hidden_size": 64, "n_lstm_layers": 30},
        {"kind": "sac", "activation": "relu", "net_arch": [4096, 4096]},
        CONVOLVED,
    ],
)
def test_memory_is_taken_only_for_weights_that_a_file_holds(
    network: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asks(facts: Facts, _: dict[str, torch.Tensor]) -> None:
        facts["network"] |= network
        if network is CONVOLVED:
            image = {"shape": [3, 64, 64], "dtype": "uint8", "bounds": ["0", "255"]}
            facts["observation_space"]["dict"]["rgb"] = image

    file = doctored(asks, tmp_path)
    made = []
    register = torch.nn.Module.register_parameter
    monkeypatch.setattr(
        torch.nn.Module,
        "register_parameter",
        lambda self, name, parameter: (made.append(parameter), register(self, name, parameter)),
    )
    with pytest.raises(InputError, match=r" is .*, and should be "):
        load_policy(file)
    assert {parameter.device.type for parameter in made if parameter is not None} == {"meta"}


def test_what_does_not_act_takes_no_memory(configured: Any, trained: Any, tmp_path: Path) -> None:
    """A file of soft actor-critic holds its actor; how large its critic was is only said."""
    weights, facts = tensors.load(trained(configured("sac", steps=128)).policy)
    facts["network"]["net_arch"] = {"pi": facts["network"]["net_arch"], "qf": [10**6, 10**6]}
    file = tmp_path / "policy.safetensors"
    tensors.save(file, weights, facts)
    policy, _ = load_policy(file)
    action, _ = policy.predict(policy.observation_space.sample(), deterministic=True)
    assert policy.action_space.contains(action)


def doctored(doctor: Callable[[Facts, dict[str, torch.Tensor]], None], folder: Path) -> Path:
    """A policy's file that somebody has changed."""
    weights, facts = tensors.load(reference.located("route_nav"))
    doctor(facts, weights)
    file = folder / "policy.safetensors"
    tensors.save(file, weights, facts)
    return file
