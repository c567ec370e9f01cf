"""Our vector environments seen through Stable-Baselines3 are what its own loop over single ones is."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from training.policies.environments import env_options
from training.policies.vec_env import GymnasiumVecEnv, ScaledRewards
from twin.errors import InputError

ENV = "FactoryTwin/PointNav-v0"


def vector(layout: str, count: int = 3, **options: Any) -> GymnasiumVecEnv:
    return GymnasiumVecEnv(gymnasium.make_vec(ENV, count, layout=layout, max_episode_steps=6, **options))


@pytest.fixture
def ours(layout: str):
    made = vector(layout)
    yield made
    made.close()


def test_it_steps_as_a_loop_over_single_environments(ours: GymnasiumVecEnv, layout: str):
    single = DummyVecEnv([lambda: gymnasium.make(ENV, layout=layout, max_episode_steps=6)] * 3)
    assert ours.observation_space == single.observation_space
    assert ours.action_space == single.action_space
    assert ours.seed(4) == single.seed(4)
    seen, expected = ours.reset(), single.reset()
    np.testing.assert_equal(ours.reset_infos, single.reset_infos)
    rng, ended = np.random.default_rng(0), 0
    for _ in range(15):
        np.testing.assert_equal(seen, expected)
        actions = rng.uniform(-1, 1, (3, 2)).astype(np.float32)
        seen, rewards, dones, infos = ours.step(actions)
        expected, their_rewards, their_dones, their_infos = single.step(actions)
        np.testing.assert_array_equal(rewards, their_rewards)
        np.testing.assert_array_equal(dones, their_dones)
        for k in range(3):
            assert infos[k]["TimeLimit.truncated"] == their_infos[k]["TimeLimit.truncated"]
        for k in np.flatnonzero(dones):
            ended += 1
            np.testing.assert_equal(infos[k], their_infos[k])
            assert not np.array_equal(infos[k]["terminal_observation"]["goal"], seen["goal"][k])
            np.testing.assert_equal(ours.reset_infos[k], single.reset_infos[k])
    assert ended >= 6
    single.close()


def test_what_it_returns_stays_as_it_was(ours: GymnasiumVecEnv):
    ours.seed(1)
    first = ours.reset()
    kept = {name: value.copy() for name, value in first.items()}
    ours.step(np.ones((3, 2), np.float32))
    np.testing.assert_equal(first, kept)


def test_attributes_methods_and_options_reach_each_environment(ours: GymnasiumVecEnv):
    assert ours.get_attr("render_mode") == [None] * 3
    assert ours.env_is_wrapped(gymnasium.wrappers.TimeLimit, indices=[1]) == [False]
    ours.set_options([{"goal": (1.5, 1.5)}, {"goal": (6.5, 4.5)}, {}])
    ours.seed(0)
    ours.reset()
    states = ours.get_attr("state", indices=[0, 1])
    assert [state.goal for state in states] == [(1.5, 1.5), (6.5, 4.5)]
    assert len(ours.env_method("odometry", indices=0)[0]) == 3
    ours.set_attr("label", "here", indices=2)
    assert ours.get_attr("label", indices=2) == ["here"]
    assert ours.get_images() == [None] * 3


def test_monitors_tell_what_was_earned_before_scaling(layout: str):
    env = ScaledRewards(VecMonitor(vector(layout, 2), info_keywords=("is_success",)), 0.1)
    env.seed(0)
    env.reset()
    earned, told = np.zeros(2), []
    for _ in range(6):
        _, rewards, dones, infos = env.step(np.zeros((2, 2), np.float32))
        earned += rewards
        told += [info["episode"] for info, done in zip(infos, dones, strict=True) if done]
    assert [row["l"] for row in told] == [6, 6]
    np.testing.assert_allclose([row["r"] for row in told], 10 * earned, rtol=1e-5)
    assert {"r", "l", "t", "is_success"} == told[0].keys()
    env.close()


def test_another_autoreset_mode_is_refused(ours: GymnasiumVecEnv):
    ours.env.metadata = {**ours.env.metadata, "autoreset_mode": AutoresetMode.NEXT_STEP}
    with pytest.raises(InputError, match="must reset in the same step"):
        GymnasiumVecEnv(ours.env)


def test_a_run_has_generated_layouts_of_its_own(configured: Any):
    generated = configured(env_options={"layout": "generated", "generator": {"size": [10, 8]}})
    options = env_options(generated)
    first, count = options["generator"]["seeds"]
    assert count == options["keep_sites"] == generated.settings.layouts
    other = env_options(generated.model_copy(update={"seed": 4}))["generator"]["seeds"][0]
    assert abs(other - first) >= count
    assert env_options(configured()) == configured().env_options


def test_stages_change_weights_of_rewards(configured: Any):
    stages = [{"rewards": {"braking": 0.0}}]
    config = configured(env_options={"layout": "full", "rewards": {"braking": -1.0, "step": -0.1}}, curriculum=stages)
    assert [env_options(config, stage)["rewards"]["braking"] for stage in (0, 1)] == [0.0, -1.0]
    assert env_options(config, 0)["rewards"]["step"] == -0.1


def test_stages_change_the_generated_layouts(configured: Any):
    stages = [{"generator": {"density": 0.1}}]
    config = configured(env_options={"layout": "generated", "generator": {"density": 0.4}}, curriculum=stages)
    assert [env_options(config, stage)["generator"]["density"] for stage in (0, 1)] == [0.1, 0.4]
