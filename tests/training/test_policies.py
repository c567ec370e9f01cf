"""A policy file gives the same actions back, and whatever else it might be is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gymnasium import spaces
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from envs.factory_env import FactoryEnv
from training.policies import tensors
from training.policies.agent import PolicyAgent, resolve
from training.policies.policy_file import load_policy, save_policy
from training.policies.run import Run
from training.policies.spaces import difference, from_json, to_json
from twin.errors import InputError


@pytest.fixture
def env(layout: str):
    made = FactoryEnv("PointNav", layout=layout)
    yield made
    made.close()


def actions(policy: Any, space: spaces.Space[Any], count: int = 20) -> np.ndarray:
    space.seed(0)
    return np.stack([policy.predict(space.sample(), deterministic=True)[0] for _ in range(count)])


# -- round trips ---------------------------------------------------------------------------------------------------


def test_a_saved_policy_acts_as_before(run: Run, tmp_path: Path):
    policy, facts = load_policy(run.policy)
    assert facts["env"] == "FactoryTwin/PointNav-v0"
    assert facts["steps"] >= 64
    save_policy(tmp_path / "again.safetensors", policy, "actor_critic", facts)
    again, facts_again = load_policy(tmp_path / "again.safetensors")
    assert facts_again == facts
    np.testing.assert_array_equal(actions(policy, policy.observation_space), actions(again, policy.observation_space))
    assert [p.name for p in tmp_path.iterdir()] == ["again.safetensors"]


def test_an_agent_is_deterministic_or_samples_from_its_seed(run: Run, env: FactoryEnv):
    observation, _ = env.reset(seed=1)
    mean = PolicyAgent(env, run.policy)
    np.testing.assert_array_equal(mean.act(observation), mean.act(observation))
    sampling = PolicyAgent(env, run.policy, deterministic=False)
    drawn = []
    for seed in (1, 1, 2):
        sampling.reset(seed)
        drawn.append([sampling.act(observation).tolist() for _ in range(3)])
    assert drawn[0] == drawn[1] != drawn[2]
    assert env.action_space.contains(mean.act(observation))
    sampling.reset(2**70)  # episodes may be seeded with any number


@settings(max_examples=20)
@given(
    st.dictionaries(
        st.text(min_size=1, max_size=5),
        st.tuples(
            st.sampled_from([(0.0, 1.0), (-np.inf, np.inf), (-1.0, 3.0)]),
            st.lists(st.integers(1, 4), max_size=3),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_spaces_come_back_from_json(boxes: dict[str, Any]):
    space = spaces.Dict({k: spaces.Box(*bounds, tuple(shape), np.float32) for k, (bounds, shape) in boxes.items()})
    back = from_json(json.loads(json.dumps(to_json(space))))
    assert back == space
    assert difference(space, back) == ""


def test_every_observation_can_be_kept_with_a_policy(layout: str):
    from envs.observations import OBSERVATIONS

    made = FactoryEnv("PointNav", layout=layout, obs=tuple(OBSERVATIONS))
    assert from_json(to_json(made.observation_space)) == made.observation_space
    made.close()


def test_a_space_that_cannot_be_kept_is_named():
    with pytest.raises(InputError, match="cannot be stored with a policy"):
        to_json(spaces.Discrete(3))


# -- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"obs": ("lidar", "goal")}, "trained on FactoryTwin/PointNav-v0, whose observation space differs from"),
        ({"obs": ("lidar", "goal")}, "'velocity' is missing"),
        ({"obs": ("lidar", "goal", "velocity", "imu")}, "'imu' is not expected"),
        ({"robot": "omni"}, "whose action space differs from this environment's: expected Box"),
    ],
)
def test_a_policy_of_another_environment_is_refused(options: dict, message: str, run: Run, layout: str):
    other = FactoryEnv("PointNav", layout=layout, **options)
    with pytest.raises(InputError, match=message):
        PolicyAgent(other, run.policy)
    other.close()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.2, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_refused(share: float, run: Run, tmp_path: Path):
    whole = run.policy.read_bytes()
    file = tmp_path / "cut.safetensors"
    file.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError, match=r"cut\.safetensors: not a policy of ours, or cut short"):
        load_policy(file)


def test_foreign_files_are_refused(tmp_path: Path):
    pickled = tmp_path / "pickled.safetensors"
    torch.save({"weights": torch.zeros(3)}, pickled)
    stranger = tmp_path / "stranger.safetensors"
    save_file({"weights": torch.zeros(3)}, stranger)
    ours = tmp_path / "ours.safetensors"
    tensors.save(ours, {"weights": torch.zeros(3)}, {"env": "x"})
    listed = tmp_path / "listed.safetensors"
    save_file({"weights": torch.zeros(3)}, listed, {tensors.KEY: "[1]"})
    for file in (pickled, stranger, ours, listed):
        with pytest.raises(InputError, match=f"{file.name}: not a policy of ours"):
            load_policy(file)
    with pytest.raises(InputError, match=r"none\.safetensors: no such file"):
        load_policy(tmp_path / "none.safetensors")


def test_weights_that_do_not_fit_are_refused(run: Run, tmp_path: Path):
    state, facts = tensors.load(run.policy)
    file = tmp_path / "odd.safetensors"
    tensors.save(file, {name: t for name, t in state.items() if name != "log_std"}, facts)
    with pytest.raises(InputError, match=r"(?s)odd\.safetensors: not a policy of ours .*log_std"):
        load_policy(file)


def test_an_agent_is_a_name_a_run_or_a_file(run: Run, env: FactoryEnv, tmp_path: Path):
    assert isinstance(resolve(str(run.path), env), PolicyAgent)
    assert isinstance(resolve(str(run.policy), env), PolicyAgent)
    assert type(resolve("zero", env)).__name__ == "ZeroAgent"
    nearest = (
        r"unknown agent 'exprt'; did you mean 'expert'\? allowed: .*expert, .*route_nav.*, or a folder of `twin train`"
    )
    with pytest.raises(InputError, match=nearest):
        resolve("exprt", env)
    with pytest.raises(InputError, match=r"is not a training run: it has no config\.json"):
        resolve(str(tmp_path), env)
