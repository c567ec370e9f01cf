"""Every algorithm learns, is saved, acts again as it did, and goes on where it stopped."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium import spaces
from training_runs import Silent

from training.policies import presets, tensors
from training.policies.agent import PolicyAgent
from training.policies.algorithms import algorithm, algorithms
from training.policies.algorithms._replay import ReplaySettings, remembered
from training.policies.interrupts import Interrupts
from training.policies.narrowing import Narrowing
from training.policies.networks import networks
from training.policies.policy_file import load_policy, save_policy
from training.policies.run import Run
from training.policies.train import train
from twin.errors import InputError, UnknownNameError

ROLLOUT = {"ppo": 256, "recurrent_ppo": 128}
"""Steps that are taken at once by the smoke preset."""
FIRST, SECOND = 128, 256
DRIVERS = sorted(name for name, algo in algorithms().items() if not algo.from_data and ROLLOUT.get(name, 0) <= FIRST)
"""All that learn by driving; the longer rollouts of ``ppo`` are driven in ``test_session.py``."""
DOCS = Path(__file__).parents[2] / "docs" / "training.md"


def go_on(run: Run, path: Path, steps: int) -> Run:
    again = Run.open(Path(shutil.copytree(run.path, path))).with_budget(None, steps)
    bar: Any = Silent()
    train(again, bar)
    return again


def updates(checkpoint: dict[str, torch.Tensor]) -> list[float]:
    """That each of the optimisers' weights had."""
    return [float(t) for name, t in checkpoint.items() if name.endswith("/step")]


@pytest.mark.parametrize("algo", sorted(algorithms()))
def test_an_algorithm_is_whole(algo: str):
    assert algorithm(algo).network in networks()
    assert f"\n| `{algo}` |" in DOCS.read_text(encoding="utf-8"), "add what it is to the table of docs/training.md"
    small = presets.load("smoke").of(algo)
    assert small != algorithm(algo).settings(), f"add small settings of '{algo}' to the preset smoke.yaml"


@pytest.mark.parametrize("algo", DRIVERS)
def test_it_learns_and_goes_on_to_the_step(algo: str, configured: Any, trained: Any, tmp_path: Path):
    run = trained(configured(algo, steps=FIRST))
    before, facts = tensors.load(run.checkpoint)
    assert facts["steps"] == FIRST
    assert min(updates(before)) >= 1
    again = go_on(run, tmp_path / "again", SECOND)
    after, facts = tensors.load(again.checkpoint)
    assert facts["steps"] == SECOND
    assert after.keys() == before.keys()
    assert any(not torch.equal(after[name], before[name]) for name in before if name.startswith("policy/"))
    assert [row["steps"] for row in again.curve()][-1] == SECOND
    assert again.curve()[: len(run.curve())] == run.curve()
    tags = list((again.path / "tensorboard").rglob("events.out.tfevents.*"))
    assert {file.parent.name for file in tags} == {f"{algo}_0"}


@pytest.mark.parametrize("algo", ["sac", "tqc"])
def test_a_run_that_was_stopped_makes_as_many_updates(algo: str, configured: Any, trained: Any, tmp_path: Path):
    """Filling its memory again counts for nothing."""
    stopped = go_on(trained(configured(algo, steps=FIRST)), tmp_path / "again", SECOND)
    whole = trained(configured(algo, steps=SECOND))
    made, expected = (updates(tensors.load(run.checkpoint)[0]) for run in (stopped, whole))
    assert made == expected


def test_ctrl_c_is_heard_while_the_memory_is_filled_again(
    configured: Any, trained: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    config = configured("sac", {"learning_starts": 40_000, "buffer_size": 40_000}, steps=8)
    run = trained(config, fresh=True).with_budget(None, 16)
    asked: list[bool] = []

    def pressed(_: Interrupts) -> bool:
        asked.append(True)
        return len(asked) > 3

    monkeypatch.setattr(Interrupts, "asked", property(pressed, lambda *_: None), raising=False)
    bar: Any = Silent()
    with pytest.raises(KeyboardInterrupt):
        train(run, bar)
    assert len(asked) < 10
    assert tensors.load(run.checkpoint)[1]["steps"] == 8


@pytest.mark.parametrize("algo", DRIVERS)
def test_a_saved_policy_acts_as_before(algo: str, configured: Any, trained: Any, tmp_path: Path):
    policy, facts = load_policy(trained(configured(algo, steps=FIRST)).policy)
    save_policy(tmp_path / "again", policy, algorithm(algo).network, facts)
    again, facts_again = load_policy(tmp_path / "again")
    assert facts_again == facts
    assert facts["algo"] == algo
    policy.observation_space.seed(0)
    states: list[Any] = [None, None]
    for _ in range(5):
        seen = policy.observation_space.sample()
        one, states[0] = policy.predict(seen, states[0], deterministic=True)
        other, states[1] = again.predict(seen, states[1], deterministic=True)
        np.testing.assert_array_equal(one, other)


def test_checkpoints_of_soft_actor_critic_hold_its_temperature(configured: Any, trained: Any, tmp_path: Path):
    """It is a parameter of no network, and would start again from 1."""
    run = trained(configured("sac", steps=FIRST))
    before, _ = tensors.load(run.checkpoint)
    assert float(before["kept/log_ent_coef"]) != 0.0
    after, _ = tensors.load(go_on(run, tmp_path / "spent", FIRST).checkpoint)
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_policy_that_remembers_forgets_at_a_reset(configured: Any, trained: Any, layout: str):
    run = trained(configured("recurrent_ppo", steps=FIRST))
    env: Any = gymnasium.make("FactoryTwin/PointNav-v0", layout=layout).unwrapped
    agent = PolicyAgent(env, run.policy)
    observation, _ = env.reset(seed=0)
    first, second = agent.act(observation), agent.act(observation)
    assert not np.array_equal(first, second)
    agent.reset(0)
    np.testing.assert_array_equal(agent.act(observation), first)
    env.close()


@pytest.mark.parametrize("algo", ["ppo", "recurrent_ppo"])
def test_exploration_narrows_towards_the_end(algo: str, configured: Any, trained: Any):
    """The last rollout begins after half of the budget."""
    steps = 2 * ROLLOUT[algo]
    narrowed = trained(configured(algo, {"log_std_init": 0.0, "final_log_std": -4.0}, steps=steps))
    free = trained(configured(algo, {"log_std_init": 0.0}, steps=steps))
    assert (tensors.load(narrowed.policy)[0]["log_std"] < -1.9).all()
    assert (tensors.load(free.policy)[0]["log_std"] > -0.5).all()


def test_exploration_above_the_line_is_cut_down_before_the_first_rollout():
    """Also where it was cloned; what explores less is left alone."""
    learner: Any = SimpleNamespace(policy=SimpleNamespace(log_std=torch.tensor([-1.5, -4.0])))
    narrowing = Narrowing(-2.3, -3.0, lambda: 0.0)
    narrowing.model = learner
    narrowing.on_rollout_start()
    assert learner.policy.log_std.tolist() == pytest.approx([-2.3, -4.0])


def test_a_policys_file_says_where_it_comes_from(configured: Any, trained: Any):
    config = configured("sac", steps=FIRST)
    _, facts = tensors.load(trained(config).policy)
    assert facts["env"] == config.env
    assert facts["shield"] is False
    assert facts["network"] == {
        "kind": "sac",
        "net_arch": [16, 16],
        "activation": "relu",
        "features": {"name": "navigation", "sharpness": 6.0},
    }
    assert facts["lineage"]["settings"]["gamma"] == config.settings.gamma
    assert facts["lineage"]["seed"] == 3
    assert facts["lineage"]["data"] is None


def test_memory_is_bounded():
    seen = spaces.Dict({"lidar": spaces.Box(0, 1, (2, 90), np.float32), "rgb": spaces.Box(0, 255, (8, 8, 3), np.uint8)})
    act = spaces.Box(-1, 1, (2,), np.float32)
    row = 2 * (2 * 90 * 4 + 8 * 8 * 3) + 2 * 4 + 12
    settings = ReplaySettings(buffer_megabytes=1.0)
    assert remembered(settings, seen, act) == 1_000_000 // row
    assert remembered(ReplaySettings(buffer_size=500), seen, act) == 500
    with pytest.raises(InputError, match=r"buffer_megabytes 0\.1: \d+ steps of \d+ bytes fit in, but a batch has 256"):
        remembered(ReplaySettings(buffer_megabytes=0.1), seen, act)


@pytest.mark.parametrize("algo", sorted(algorithms()))
@pytest.mark.parametrize("preset", presets.names())
def test_presets_fit_every_algorithm(preset: str, algo: str):
    loaded = presets.load(preset)
    assert isinstance(loaded.of(algo), algorithm(algo).settings)
    if loaded.env:
        assert presets.for_env(loaded.env) == loaded


def test_settings_are_checked(tmp_path: Path):
    with pytest.raises(UnknownNameError, match="unknown algorithm 'pppo'; did you mean 'ppo'"):
        algorithm("pppo")
    with pytest.raises(UnknownNameError, match="unknown preset 'smok'; did you mean 'smoke'"):
        presets.load("smok")
    file = tmp_path / "mine.yaml"
    file.write_text("settings:\n  ppo:\n    gamma: 0.9\n    learning_rte: 0.1\n")
    with pytest.raises(InputError, match=r"mine\.yaml:4:\d+: settings\.ppo\.learning_rte"):
        presets.load(str(file))
    file.write_text("settings:\n  ppoo: {}\n")
    with pytest.raises(InputError, match=r"mine\.yaml:2:\d+: settings\.ppoo"):
        presets.load(str(file))
    assert presets.for_env("Someone/Elses-v0").of("ppo") == algorithm("ppo").settings()


def test_stages_of_the_curriculum_follow_one_another_and_a_resume(configured: Any, trained: Any, tmp_path: Path):
    options = {"layout": "generated", "generator": {"size": [8, 8], "workers": 0}}
    small = {"n_envs": 2, "n_steps": 16, "batch_size": 32, "layouts": 1}
    stages = [{"generator": {"density": 0.0, "clutter": 0}, "until": 0.3}]
    run = trained(configured("ppo", small, env_options=options, curriculum=stages, steps=96), fresh=True)
    assert [row["stage"] for row in run.curve()] == [0, 1, 1]
    again = go_on(run, tmp_path / "again", 128)
    assert again.curve()[-1]["stage"] == 1
    assert tensors.load(again.checkpoint)[1]["stage"] == 1
