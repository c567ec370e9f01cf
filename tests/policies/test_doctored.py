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


def large(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    facts["observation_space"]["dict"]["lidar"]["shape"] = [2, 10**9]


def listed(facts: Facts, _: dict[str, torch.Tensor]) -> None:
    facts["observation_space"] = []


def no_number(_: Facts, weights: dict[str, torch.Tensor]) -> None:
    next(iter(weights.values())).view(-1)[0] = float("nan")


@pytest.mark.parametrize("doctor", [without_env, no_dictionary, wide, large, listed, no_number])
@pytest.mark.parametrize("opened", [load_policy, source.describe])
def test_each_is_refused(
    doctor: Callable[[Facts, dict[str, torch.Tensor]], None], opened: Callable[[Path], Any], tmp_path: Path
) -> None:
    weights, facts = tensors.load(reference.located("route_nav"))
    doctor(facts, weights)
    file = tmp_path / "policy.safetensors"
    tensors.save(file, weights, facts)
    with pytest.raises(InputError, match="not a policy of ours"):
        opened(file)
