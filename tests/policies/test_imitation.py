"""Learning from what was recorded, and from what the expert says."""

import shutil
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from training_runs import Silent

from training.dataset import Dataset
from training.derive.merge import merge
from training.derive.select import select
from training.policies import source, tensors
from training.policies.algorithms import algorithm
from training.policies.demonstrations import read, returns_of
from training.policies.policy_file import load_policy
from training.policies.run import Run
from training.policies.train import train
from twin.errors import InputError

ALL = ("train", "val", "test")


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=30), st.floats(0.0, 0.999))
def test_returns_are_the_reward_and_what_comes_after_it_discounted(rewards: list[float], gamma: float):
    found = returns_of(rewards, gamma)
    after = np.append(found[1:], 0.0)
    np.testing.assert_allclose(found, np.array(rewards) + gamma * after, rtol=1e-4, atol=1e-4)


def test_demonstrations_are_what_the_dataset_holds(dataset: str, layout: str):
    env = gymnasium.make("FactoryTwin/PointNav-v0", layout=layout)
    data, validation = read(dataset, env, gamma=0.9, reward_scale=0.5, splits=ALL)
    recorded = Dataset(dataset)
    assert validation is None
    assert len(data) == recorded.frames - recorded.episodes  # terminal frames have no action
    first = recorded.episode(0)
    np.testing.assert_array_equal(data.actions[0], first["actions"][0])
    np.testing.assert_array_equal(data.observations["lidar"][:5], first["observations/lidar"][:5])
    length = first.frames - 1
    assert data.returns[length - 1] == pytest.approx(0.5 * first["reward"][length - 1])
    env.close()


def test_views_of_some_frames_are_no_demonstrations(dataset: str, layout: str, tmp_path: Path):
    env = gymnasium.make("FactoryTwin/PointNav-v0", layout=layout)
    whole = Dataset(dataset)
    for name, terms in (("thinned", {"every": "2"}), ("cut", {"time": ":1"})):
        select(whole, tmp_path / name, terms)
        with pytest.raises(InputError, match="frames of episode 0 are left out, and with them rewards"):
            read(str(tmp_path / name), env, gamma=0.9, reward_scale=0.5, splits=ALL)
    merge([Dataset(tmp_path / "cut"), whole], tmp_path / "merged")
    with pytest.raises(InputError, match="frames of episode 0 are left out, and with them rewards"):
        read(str(tmp_path / "merged"), env, gamma=0.9, reward_scale=0.5, splits=ALL)
    select(whole, tmp_path / "one", {"episode": "1"})
    found, _ = read(str(tmp_path / "one"), env, gamma=0.9, reward_scale=0.5, splits=ALL)
    assert len(found) == whole.episode(1).frames - 1
    env.close()


def test_cloning_makes_the_demonstrated_actions_likely(configured: Any, trained: Any, dataset: str, layout: str):
    run = trained(configured("bc", steps=200))
    losses = [row["loss"] for row in run.curve()]
    assert len(losses) == 2
    assert losses[-1] < losses[0]
    policy, facts = load_policy(run.policy)
    env = gymnasium.make("FactoryTwin/PointNav-v0", layout=layout)
    data, _ = read(dataset, env, gamma=0.99, reward_scale=0.1, splits=ALL)
    env.close()
    actions, _ = policy.predict(data.observations, deterministic=True)
    spread = np.abs(data.actions - data.actions.mean(axis=0)).mean()
    assert np.abs(actions - data.actions).mean() < 0.7 * spread
    assert facts["lineage"]["data"]["digest"] == Dataset(dataset).digest()
    assert facts["lineage"]["data"]["about"]["agents"] == ["straight"]
    assert "path" not in facts["lineage"]["data"]


@pytest.mark.parametrize("algo", ["bc", "dagger"])
def test_a_run_that_was_stopped_ends_as_one_that_was_not(algo: str, configured: Any, trained: Any, tmp_path: Path):
    """Bit for bit: which batch comes n-th depends on nothing but the seed and n."""
    settings = {"learning_rate": 1e-3, "final_learning_rate": 1e-3}  # or it would follow the budget, which differs
    settings |= {"round_updates": 10} if algo == "dagger" else {}
    whole = trained(configured(algo, settings, steps=25))
    half = trained(configured(algo, settings, steps=15))
    again = Run.open(Path(shutil.copytree(half.path, tmp_path / "again"))).with_budget(None, 25)
    bar: Any = Silent()
    train(again, bar)
    found, expected, before = (tensors.load(run.checkpoint)[0] for run in (again, whole, half))
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert not all(torch.equal(found[name], before[name]) for name in expected)


def test_the_policy_drives_and_the_expert_labels(configured: Any, trained: Any):
    run = trained(configured("dagger", {"round_updates": 10}, steps=25))
    labelled = sorted((run.path / "labelled").iterdir())
    assert len(labelled) == 2  # one after each round
    parts, _ = tensors.load(labelled[0])
    assert parts["actions"].shape == (len(parts["returns"]), 2)
    assert parts["observations/lidar"].shape[0] == len(parts["returns"])
    assert run.curve()[-1]["success"] is not None


def test_what_was_cloned_is_tuned_by_ppo(configured: Any, trained: Any):
    cloned = trained(configured("bc", steps=200))
    start = source.describe(cloned.path)
    config = configured("ppo", {"net_arch": (7,), "warm_critic_steps": 256}, steps=256, start=start)
    settings = source.adapted(config.settings, start, algorithm("ppo"))
    assert settings.net_arch == (32, 32)
    tuned = trained(config.model_copy(update={"settings": settings}))
    before, after = (tensors.load(run.policy)[0] for run in (cloned, tuned))
    assert torch.equal(before["action_net.weight"], after["action_net.weight"])  # the critic alone learns at first
    assert not torch.equal(before["value_net.weight"], after["value_net.weight"])
    facts = tensors.load(tuned.policy)[1]
    assert facts["lineage"]["from"]["about"]["lineage"]["data"]["digest"] == start.about["lineage"]["data"]["digest"]
    assert facts["lineage"]["from"]["digest"] == start.digest


def test_what_does_not_fit_is_said_in_one_line(
    configured: Any, trained: Any, dataset: str, layout: str, tmp_path: Path
):
    cloned = trained(configured("bc", steps=200))
    start = source.describe(cloned.policy)
    with pytest.raises(
        InputError, match=r"its policy is of the kind actor_critic .learned by bc., but sac goes on only"
    ):
        source.adapted(configured("sac").settings, start, algorithm("sac"))
    with pytest.raises(InputError, match=r"config\.json"):
        source.describe(tmp_path)
    other = configured("ppo", {"net_arch": (32, 32)}, start=start, env="FactoryTwin/SocialNav-v0")
    with pytest.raises(
        InputError, match=r"trained on FactoryTwin/PointNav-v0, whose observation space differs .* 'movers'"
    ):
        trained(other)
    env = gymnasium.make("FactoryTwin/SocialNav-v0", layout=layout)
    with pytest.raises(InputError, match="recorded in FactoryTwin/PointNav-v0 without observations/movers"):
        read(dataset, env, gamma=0.9, reward_scale=1.0)
    env.close()
    env = gymnasium.make("FactoryTwin/PointNav-v0", layout=layout)
    here = Dataset(dataset).record(0).split
    wanted = next(split for split in ("train", "test") if split != here)
    with pytest.raises(InputError, match=f"no episode that succeeded in the split {wanted} .* there are 2 in {here}"):
        read(dataset, env, gamma=0.9, reward_scale=1.0, splits=(wanted,))
    with pytest.raises(InputError, match=r"more than data_megabytes 0\.01"):
        read(dataset, env, gamma=0.9, reward_scale=1.0, splits=ALL, megabytes=0.01)
    env.close()
    sac = trained(configured("sac", steps=128))
    begun = configured("sac", steps=256, start=source.describe(sac.policy))
    with pytest.raises(InputError, match="holds only what acts; start --from the folder of its run"):
        trained(begun)


def test_a_dataset_that_changed_since_is_refused(configured: Any, trained: Any):
    config = configured("bc")
    changed = config.model_copy(update={"data": config.data.model_copy(update={"digest": "0" * 64})})
    with pytest.raises(InputError, match=r"its digest is [0-9a-f]{16} now and was 0{16} when the run began"):
        trained(changed)
